public import HTTPTypes

/// One HTTP request on its way down a pipeline: the head as in swift-http-types, and a body.
///
/// `head.path` is the path with its query, below the provider's base URL (`/chat/completions`); the
/// transport, or the stage that chooses the provider, completes scheme and authority.
public struct Request: Sendable {
    public var head: HTTPRequest
    public var body: Body

    public init(head: HTTPRequest, body: Body = .empty) {
        self.head = head
        self.body = body
    }

    /// Makes a request of a method and a path, with `content-type: application/json` if it has a body.
    public init(_ method: HTTPRequest.Method, _ path: String, body: Body = .empty) {
        head = HTTPRequest(method: method, scheme: nil, authority: nil, path: path)
        if body.length != 0 { head.headerFields[.contentType] = "application/json" }
        self.body = body
    }

    /// The path without its query; `/` if there is none.
    public var path: String {
        let full = head.path ?? "/"
        return String(full.prefix { $0 != "?" })
    }
}
