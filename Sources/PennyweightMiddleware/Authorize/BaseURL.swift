/// Where a provider's API begins: scheme, authority and the path that every route is below.
///
/// ```swift
/// let url = try BaseURL("https://api.openai.com/v1")
/// ```
public struct BaseURL: Sendable, Hashable, CustomStringConvertible {
    /// `https` or `http`.
    public let scheme: String
    /// Host in lower case, and the port if it isn't the scheme's own: `api.openai.com`, `127.0.0.1:8080`,
    /// `[::1]:80`.
    public let authority: String
    /// Empty, or a path that begins with `/` and doesn't end with one.
    public let path: String

    /// Reads an absolute `http` or `https` URL (RFC 3986) without user, query and fragment.
    ///
    /// Throws ``InvalidBaseURL``, which says what is wrong and doesn't repeat what may be a password.
    public init(_ text: some StringProtocol) throws {
        let text = String(text)
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw InvalidBaseURL("has a space or a character beyond ASCII")
        }
        guard let colon = text.firstRange(of: "://") else {
            throw InvalidBaseURL("has no scheme; begin it with https://")
        }
        scheme = text[..<colon.lowerBound].lowercased()
        guard scheme == "https" || scheme == "http" else {
            throw InvalidBaseURL("has a scheme other than https and http")
        }
        let rest = text[colon.upperBound...]
        guard !rest.contains("?"), !rest.contains("#") else {
            throw InvalidBaseURL("has a query or a fragment; leave out what begins with ? or #")
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        authority = try BaseURL.authority(rest[..<slash], scheme: scheme)
        var path = rest[slash...]
        while path.hasSuffix("/") { path.removeLast() }
        guard !path.contains("//"), !path.hasDotSegment else {
            throw InvalidBaseURL("has an empty, '.' or '..' segment in its path")
        }
        self.path = String(path)
    }

    public var description: String { "\(scheme)://\(authority)\(path)" }

    /// Host and port in one spelling, or nil if the text isn't an authority without a user.
    static func normalized(_ authority: String, scheme: String) -> String? {
        try? BaseURL.authority(authority[...], scheme: scheme)
    }

    private static func authority(_ text: Substring, scheme: String) throws -> String {
        guard !text.contains("@") else {
            throw InvalidBaseURL("has a user or a password; configure the credential separately")
        }
        let hostEnd =
            text.hasPrefix("[") ? text.firstIndex(of: "]").map(text.index(after:)) : text.firstIndex(of: ":")
        guard let hostEnd = hostEnd ?? (text.hasPrefix("[") ? nil : text.endIndex) else {
            throw InvalidBaseURL("has an IPv6 address without its closing bracket")
        }
        let host = text[..<hostEnd].lowercased()
        guard isHost(host) else { throw InvalidBaseURL("has no valid host after the scheme") }
        guard hostEnd < text.endIndex else { return host }
        let digits = text[hostEnd...].dropFirst()
        guard text[hostEnd] == ":", digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(digits), (1...65_535).contains(port)
        else { throw InvalidBaseURL("has a port that is not a number from 1 to 65535") }
        return port == (scheme == "https" ? 443 : 80) ? host : "\(host):\(port)"
    }

    private static func isHost(_ host: String) -> Bool {
        let isAddress = host.hasPrefix("[")
        let name = isAddress ? host.dropFirst().dropLast() : host[...]
        return !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
                case UInt8(ascii: "."): true
                case UInt8(ascii: ":"): isAddress
                case UInt8(ascii: "-"), UInt8(ascii: "_"): !isAddress
                default: false
                }
            }
    }
}

extension StringProtocol {
    /// True if a segment of the path is `.` or `..`, also when percent-encoded (RFC 3986 section 6.2.2.2).
    var hasDotSegment: Bool {
        split(separator: "/").contains { segment in
            let plain = segment.lowercased().replacing("%2e", with: ".")
            return plain == "." || plain == ".."
        }
    }
}

/// A text that is no base URL, and why.
public struct InvalidBaseURL: Error, Sendable, Hashable, CustomStringConvertible {
    let problem: String

    init(_ problem: String) {
        self.problem = problem
    }

    public var description: String {
        "The base URL \(problem). It looks like this: https://api.openai.com/v1"
    }
}
