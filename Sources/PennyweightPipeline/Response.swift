public import HTTPTypes

/// One HTTP answer on its way up: the head, a body that may still be arriving, and what the stages learned.
///
/// A status code is an answer, not an error: 429 and 500 are responses.
public struct Response: Sendable {
    public var head: HTTPResponse
    public var body: Body
    public var facts: Facts

    public init(head: HTTPResponse, body: Body = .empty, facts: Facts = Facts()) {
        self.head = head
        self.body = body
        self.facts = facts
    }

    /// Makes a response of a status and a body, with `content-type: application/json` if it has a body.
    public init(_ status: HTTPResponse.Status, body: Body = .empty) {
        self.init(head: HTTPResponse(status: status), body: body)
        if body.length != 0 { head.headerFields[.contentType] = "application/json" }
    }

    public var status: HTTPResponse.Status { head.status }
}
