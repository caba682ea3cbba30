public import HTTPTypes
private import PennyweightJSON
public import PennyweightMiddleware
public import PennyweightPipeline

/// Tells the cache what it must know of OpenAI's wire format.
///
/// Answers to `POST /chat/completions` may be stored, unless the request has state (`store`) or its answer
/// depends on more than the request (a web search). Nothing else is stored yet.
public struct OpenAIFormat: AnswerFormat {
    /// Members of a chat request that say how the answer travels, not what it is.
    public static let transportOnlyFields: Set<String> = ["stream", "stream_options"]
    /// Members of a chat request that say for whom it is, not what it asks.
    public static let attributionOnlyFields: Set<String> = ["user", "metadata", "safety_identifier"]

    private let sharesAcrossAttribution: Bool

    /// With `sharesAcrossAttribution`, requests that differ only in ``attributionOnlyFields`` share an
    /// answer.
    public init(sharesAcrossAttribution: Bool = false) {
        self.sharesAcrossAttribution = sharesAcrossAttribution
    }

    public func question(in request: Request) -> Question? {
        guard request.head.method == .post, request.path == "/chat/completions",
            let body = request.body.bytes,
            let chat = try? ChatRequest(body), let count = chat.choiceCount.flatMap(Int.init(exactly:))
        else { return nil }
        let root = chat.document.root
        if let store = root["store"], !store.isNull, store.bool != false { return nil }
        if chat.searchesTheWeb { return nil }
        let ignored =
            OpenAIFormat.transportOnlyFields
            .union(sharesAcrossAttribution ? OpenAIFormat.attributionOnlyFields : [])
        return Question(
            route: request.path, model: chat.model, wantsStream: chat.isStreaming,
            transportOnlyFields: ignored,
            choiceCount: count)
    }

    public func folding(of head: HTTPResponse, to question: Question) -> any Folding {
        guard head.status.code == 200, head.isPlain else { return NoFolding() }
        if head.isEventStream { return ChatFolding(choiceCount: question.choiceCount) }
        guard head.headerFields[.contentType]?.lowercased().hasPrefix("application/json") == true else {
            return NoFolding()
        }
        return PlainChatFolding(choiceCount: question.choiceCount)
    }

    public func unfold(_ entry: CacheEntry, for question: Question) throws -> Response {
        var head = HTTPResponse(status: .init(code: entry.status))
        guard question.wantsStream else {
            head.headerFields[.contentType] = entry.contentType
            return Response(head: head, body: Body(entry.body))
        }
        head.headerFields[.contentType] = "text/event-stream; charset=utf-8"
        return Response(head: head, body: Body(try ChatUnfolding(entry.body).bytes))
    }
}
