internal import HTTPTypes

/// Which of a caller's headers don't go to the provider. Pure.
enum HeaderPolicy {
    /// For one connection only (RFC 9110 section 7.6.1), with the names that predate the rule.
    private static let hopByHop: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te",
        "trailer",
        "transfer-encoding", "upgrade",
    ]

    /// The caller's own credentials, under all names that clients of AI APIs use, and what they are bound to.
    private static let credentials: Set<String> = [
        "authorization", "cookie", "x-api-key", "api-key", "x-goog-api-key", "openai-organization",
        "openai-project",
    ]

    /// What the transport writes by itself.
    private static let framing: Set<String> = ["host", "content-length", "accept-encoding"]

    /// The headers that go on.
    static func forwarded(_ fields: HTTPFields) -> HTTPFields {
        let named = fields[values: .connection].flatMap { $0.split(separator: ",") }
            .map { $0.lowercased().filter { $0 != " " && $0 != "\t" } }
        let dropped = hopByHop.union(credentials).union(framing).union(named)
        return HTTPFields(fields.filter { !dropped.contains($0.name.canonicalName) })
    }
}
