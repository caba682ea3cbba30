import HTTPTypes
import Logging
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

private enum Color: ContextKey, FactKey {
    static var defaultValue: String { "grey" }
}

private enum Size: ContextKey, FactKey {
    static var defaultValue: Int? { 7 }
}

/// Changes the context for what is below it, and calls it twice.
private struct Repaint: Middleware {
    func intercept(_ request: Request, context: Context, next: Next) async throws -> Response {
        var changed = context
        changed.attempt = 1
        changed[Color.self] = "red"
        changed.tags["team"] = "a"
        _ = try await next(request, changed)
        var second = context
        second.attempt = 2
        return try await next(request, second)
    }
}

struct ContextTests {
    private let context = Context(id: SortableID(high: 1, low: 2), logger: Logger(label: "test"))

    @Test("a key that nobody set has its default, an optional one too")
    func defaults() {
        #expect(context[Color.self] == "grey")
        #expect(context[Size.self] == 7)
        #expect(Facts()[Color.self] == "grey")
        #expect(Facts()[Size.self] == 7)
    }

    @Test("nil is a value of its own, and not the default")
    func explicitNil() {
        var context = context
        context[Size.self] = nil
        #expect(context[Size.self] == nil)
        context[Size.self] = 3
        #expect(context[Size.self] == 3)
        var facts = Facts()
        facts[Size.self] = nil
        #expect(facts[Size.self] == nil)
    }

    @Test("a copy's changes don't reach the original")
    func byValue() {
        var copy = context
        copy[Color.self] = "red"
        copy.tags["team"] = "a"
        copy.deadline = MonotonicInstant(nanoseconds: 5)
        #expect(context[Color.self] == "grey")
        #expect(context.tags.isEmpty)
        #expect(context.deadline == nil)
    }

    @Test("a second attempt starts from what the first one received")
    func attempts() async throws {
        let upstream = ScriptedTransport([.status(500), .status(200)])
        _ = try await Pipeline(to: upstream) { Repaint() }.send(Request(.get, "/"), context: context)
        let contexts = upstream.contexts
        #expect(contexts.map(\.attempt) == [1, 2])
        #expect(contexts.map { $0[Color.self] } == ["red", "grey"])
        #expect(contexts.map(\.tags) == [["team": "a"], [:]])
    }

    @Test("facts begin with one attempt and no wait")
    func facts() {
        let response = Response(.ok, body: Body("{}"))
        #expect(response.facts.attempts == 1)
        #expect(response.facts.waited == .zero)
    }
}

struct MessageTests {
    @Test("a request with a body says that it is JSON; one without says nothing")
    func contentType() {
        #expect(Request(.post, "/chat/completions", body: Body("{}")).head.headerFields[.contentType] != nil)
        #expect(Request(.get, "/models").head.headerFields[.contentType] == nil)
        #expect(Response(.ok, body: Body("{}")).head.headerFields[.contentType] == "application/json")
        #expect(Response(.noContent).head.headerFields[.contentType] == nil)
    }

    @Test("the path is without its query")
    func path() {
        #expect(Request(.get, "/models?limit=2").path == "/models")
        #expect(Request(.get, "/models").path == "/models")
        #expect(Request(head: HTTPRequest(method: .get, scheme: nil, authority: nil, path: nil)).path == "/")
    }
}

struct FailureTests {
    @Test("a failure says its code and its message")
    func description() {
        let failure = Failure(.rateLimited, "Wait.", wasNeverSent: true, retryAfter: .seconds(2))
        #expect("\(failure)" == "rate_limited: Wait.")
        #expect(failure.wasNeverSent)
        #expect(failure.retryAfter == .seconds(2))
    }

    @Test("nothing is claimed that wasn't said")
    func unclaimed() {
        let failure = Failure(.connectionLost, "Gone.")
        #expect(!failure.wasNeverSent)
        #expect(failure.retryAfter == nil)
    }

    @Test("codes are distinct")
    func codes() {
        let codes: [Failure.Code] = [
            .invalidRequest, .bodyTooLarge, .bodyAlreadyRead, .connectionFailed, .connectionLost,
            .invalidAnswer,
            .deadlineExceeded, .idleTimeout, .rateLimited, .overBudget, .unpriced, .ledgerUnavailable,
            .storage,
            .shuttingDown,
        ]
        #expect(Set(codes.map(\.description)).count == codes.count)
    }
}
