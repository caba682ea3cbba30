/// Where an image lies that an answer gives as a URL, if it may be fetched from there.
///
/// What an answer says is not trusted: only the provider's own origin, and hosts that are configured, are
/// asked, the latter by https only.
struct MediaLocation: Sendable, Hashable {
    let scheme: String
    let authority: String
    /// Path and query.
    let target: String
    /// True for the host that the provider itself is configured at: it may be a private one.
    let isProvider: Bool

    /// Reads a URL. Throws if it is none, or leads elsewhere.
    init(_ text: String, provider: BaseURL, hosts: [String]) throws(MediaProblem) {
        guard text.utf8.count <= MediaLocation.lengthLimit,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }),
            let colon = text.firstRange(of: "://")
        else { throw MediaProblem(.notFetched, "The answer's URL is none.") }
        let scheme = text[..<colon.lowerBound].lowercased()
        let rest = text[colon.upperBound...]
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        guard scheme == "https" || scheme == provider.scheme,
            let authority = BaseURL.normalized(String(rest[..<end]), scheme: scheme)
        else {
            throw MediaProblem(.notFetched, "The answer's URL has another scheme than https, or no host.")
        }
        let isOrigin = scheme == provider.scheme && authority == provider.authority
        let host = MediaLocation.host(of: authority)
        isProvider = host == MediaLocation.host(of: provider.authority)
        if !isOrigin {
            guard scheme == "https", authority == host else {
                throw MediaProblem(.notFetched, "The answer's URL leads to \(authority), which is not https.")
            }
            guard isProvider || hosts.contains(where: { $0.lowercased() == host }) else {
                throw MediaProblem(
                    .notFetched,
                    "The answer's URL leads to \(host), which is not the provider's host; name it in "
                        + "'media.hosts' if it is where the provider keeps images.")
            }
        }
        self.scheme = scheme
        self.authority = authority
        let path = rest[end...].prefix { $0 != "#" }
        target = path.hasPrefix("/") ? String(path) : "/" + path
    }

    /// Without a port; an IPv6 address has its brackets.
    var host: String { MediaLocation.host(of: authority) }

    private static func host(of authority: String) -> String {
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            return String(authority[...end])
        }
        return String(authority.prefix { $0 != ":" })
    }

    private static let lengthLimit = 8_192
}
