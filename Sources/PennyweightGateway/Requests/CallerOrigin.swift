internal import PennyweightOpenAI

/// Where a request says that it comes from and goes to, as far as a browser tells: the fields that a web page
/// can't forge.
///
/// A gateway on loopback asks nobody for a key, so any page that its user visits could spend the user's
/// money: with a simple cross-origin request, or under a name of the page's own that resolves to 127.0.0.1
/// (DNS rebinding). Programs send none of these fields but `Host`.
struct CallerOrigin {
    /// The field `Origin`; nil without one.
    var origin: String?
    /// The field `Host`; nil without one.
    var authority: String?
    /// The field `Sec-Fetch-Site`; nil without one.
    var fetchSite: String?

    /// Why the request is refused; nil if it may pass.
    ///
    /// `host` is the address that is listened on. The name that was asked for is checked only if that is
    /// loopback.
    func refusal(host: String) -> ErrorEnvelope? {
        if CallerOrigin.isLoopback(host), let authority {
            let name = CallerOrigin.hostName(authority)
            guard name.map(CallerOrigin.isLoopback) == true || name == host.lowercased() else {
                return CallerOrigin.refusal(
                    "forbidden_host",
                    "The gateway serves this machine only, and '\(authority.prefix(200))' is no name of it; "
                        + "use a base URL with localhost or 127.0.0.1.")
            }
        }
        if let origin, CallerOrigin.originHost(origin).map(CallerOrigin.isLoopback) != true {
            return CallerOrigin.refusal(
                "forbidden_origin",
                "Pages of '\(origin.prefix(200))' may not use this gateway, only pages of localhost or "
                    + "127.0.0.1; serve the page from there, or call the gateway from a program.")
        }
        if fetchSite?.lowercased() == "cross-site" {
            return CallerOrigin.refusal(
                "forbidden_origin",
                "A page of another site may not use this gateway; serve the page from the host name that it "
                    + "calls, or call the gateway from a program.")
        }
        return nil
    }

    /// True for the names and addresses that only this machine answers to: `localhost`, names below it (RFC
    /// 6761 section 6.3), 127.0.0.0/8 and ::1.
    static func isLoopback(_ host: String) -> Bool {
        let host = host.lowercased()
        if host == "localhost" || host == "::1" || host == "[::1]" { return true }
        if host.hasSuffix(".localhost") { return isName(host) }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.first == "127"
            && parts.allSatisfy { part in
                part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
                    && UInt8(part) != nil
            }
    }

    /// The host of `scheme://host:port`; nil for `null`, and for what is no origin.
    private static func originHost(_ origin: String) -> String? {
        guard let scheme = origin.firstRange(of: "://") else { return nil }
        return hostName(String(origin[scheme.upperBound...]))
    }

    /// The host of `host:port`, in lower case; nil for what is no authority.
    private static func hostName(_ authority: String) -> String? {
        let text = authority.lowercased()
        let end: String.Index?
        if text.hasPrefix("[") {
            end = text.firstIndex(of: "]").map { text.index(after: $0) }
        } else {
            end = text.firstIndex(of: ":") ?? text.endIndex
        }
        guard let end else { return nil }
        let port = text[end...]
        guard port.isEmpty || port.first == ":" && port.dropFirst().allSatisfy(\.isNumber) else { return nil }
        return String(text[..<end])
    }

    private static func isName(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: ".-_".utf8.contains(byte)
            }
        }
    }

    private static func refusal(_ code: String, _ message: String) -> ErrorEnvelope {
        ErrorEnvelope(message: message, type: "invalid_request_error", code: code)
    }
}
