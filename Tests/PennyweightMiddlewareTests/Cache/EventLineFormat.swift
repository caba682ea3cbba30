import HTTPTypes
import PennyweightJSON
import PennyweightMiddleware
import PennyweightPipeline

/// A wire format small enough to read at a glance, for tests of the cache's timing and faults: an answer is
/// JSON, or `data:` events that fold into their text.
struct EventLineFormat: AnswerFormat {
    struct Unusable: Error {}

    var unfolds = true
    /// Says on which chunk the terminal event was seen, as the real formats do.
    var seesEnd = true
    /// Takes lines that begin with a colon for comments.
    var ignoresComments = false

    /// Makes answers up.
    var mocks = false

    func mock(for request: Request) -> Response? {
        mocks && request.path == "/chat/completions" ? Response(.ok, body: Body("mock")) : nil
    }

    func question(in request: Request) -> Question? {
        if request.path == "/models" {
            return Question(
                route: "/models", model: "", wantsStream: false,
                fields: FieldPolicy("models/1", transportOnly: []))
        }
        guard request.path == "/chat/completions", let bytes = request.body.bytes else { return nil }
        let root = (try? JSONDocument(bytes))?.root
        var question = Question(
            route: "/chat/completions", model: root?["model"]?.string ?? "?",
            wantsStream: root?["stream"]?.bool ?? false,
            fields: FieldPolicy("test/1", transportOnly: ["stream"]))
        question.sharedFields = FieldPolicy("test/1", transportOnly: ["stream"], attributionOnly: ["user"])
        question.isDeterministic = root?["seed"] != nil
        return question
    }

    func folding(of head: HTTPResponse, to question: Question) -> any Folding {
        EventLineFolding(
            isStream: head.headerFields[.contentType] == "text/event-stream", seesEnd: seesEnd,
            ignoresComments: ignoresComments)
    }

    func unfold(_ entry: CacheEntry, for question: Question) throws -> Response {
        guard unfolds else { throw Unusable() }
        let text = String(decoding: entry.body, as: UTF8.self)
        guard question.wantsStream else { return Response(.ok, body: Body(text)) }
        var response = Response(.ok, body: Body("data: \(text)\n\ndata: [DONE]\n\n"))
        response.head.headerFields[.contentType] = "text/event-stream"
        return response
    }
}

struct EventLineFolding: Folding {
    let isStream: Bool
    let seesEnd: Bool
    let ignoresComments: Bool
    var text = ""

    private var isTerminated: Bool { text.hasSuffix("data: [DONE]\n\n") }

    var hasEnded: Bool { isStream && seesEnd && isTerminated }

    mutating func consume(_ chunk: [UInt8]) {
        let chunk = String(decoding: chunk, as: UTF8.self)
        if ignoresComments, chunk.hasPrefix(":") { return }
        text += chunk
    }

    mutating func finish() -> FoldedAnswer? {
        guard isStream else {
            return (try? JSONDocument(text)) == nil
                ? nil : FoldedAnswer(contentType: "application/json", body: Array(text.utf8))
        }
        guard isTerminated else { return nil }
        let folded = text.split(separator: "\n").dropLast().map { $0.dropFirst(6) }.joined()
        return FoldedAnswer(contentType: "application/json", body: Array(folded.utf8))
    }
}
