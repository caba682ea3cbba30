public import HTTPTypes
internal import PennyweightJSON
public import PennyweightMiddleware
public import PennyweightPipeline

/// Tells the cache what it must know of OpenAI's wire format.
///
/// Answers to `POST /chat/completions`, `/completions`, `/responses`, `/embeddings` and `/images/generations`
/// may be stored, unless the request has state (`store`, `previous_response_id`, `background`, …) or its
/// answer depends on more than the request (a web search). Embeddings are stored text by text
/// (``EmbeddingBatch``), images by their bytes (`MediaTier`). Of forms, transcriptions and translations are
/// stored, and edits and variations of images. Streams of images and of forms pass. Nothing else is stored
/// yet.
///
/// Streams and plain answers share an entry: a stream is folded (``ChatFolding``, ``CompletionFolding``,
/// ``ResponseFolding``), and unfolded for who wants one.
public struct OpenAIFormat: AnswerFormat {
    private enum Route: String {
        case chat = "/chat/completions"
        case completions = "/completions"
        case responses = "/responses"
        case embeddings = "/embeddings"
        case images = "/images/generations"
    }

    private let completeness: CompletenessRule

    /// `completeness` says what proves that a stream of chunks is whole.
    public init(completeness: CompletenessRule = .done) {
        self.completeness = completeness
    }

    public func question(in request: Request) -> Question? {
        guard request.head.method == .post, let body = request.body.bytes else { return nil }
        if let form = FormRoute(rawValue: request.path) {
            return form.question(body, contentType: request.head.headerFields[.contentType])
        }
        guard let route = Route(rawValue: request.path) else { return nil }
        switch route {
        case .chat: return chatQuestion(body, route: request.path)
        case .embeddings: return EmbeddingBatch.question(body, route: request.path)
        case .images: return ImageQuestion.question(body, route: request.path)
        case .completions:
            guard let asked = ModelRequest(body),
                let count = CompletionRequest(root: asked.root).choiceCount
            else { return nil }
            return question(route, asked, choiceCount: count, fields: .completions)
        case .responses:
            guard let asked = ModelRequest(body),
                ResponseRequest(root: asked.root, model: asked.model).isStateless
            else { return nil }
            return question(route, asked, fields: .responses)
        }
    }

    private func question(
        _ route: Route, _ asked: ModelRequest, choiceCount: Int? = nil, fields: OpenAIFields
    ) -> Question {
        Question(
            route: route.rawValue, model: asked.model, wantsStream: asked.isStreaming,
            choiceCount: choiceCount, asking: asked.root, fields: fields)
    }

    private func chatQuestion(_ body: [UInt8], route: String) -> Question? {
        guard let chat = try? ChatRequest(body), let count = chat.choiceCount.flatMap(Int.init(exactly:))
        else {
            return nil
        }
        if let store = chat.document.root["store"], !store.isNull, store.bool != false { return nil }
        if chat.searchesTheWeb { return nil }
        return Question(
            route: route, model: chat.model, wantsStream: chat.isStreaming, choiceCount: count,
            asking: chat.document.root, fields: .chat)
    }

    public func batch(in request: Request) -> (any AnswerBatch)? {
        request.path == Route.embeddings.rawValue ? request.body.bytes.flatMap { EmbeddingBatch($0) } : nil
    }

    public func media(
        in answer: [UInt8], head: HTTPResponse, to question: Question
    ) -> (any MediaAnswer)? {
        guard head.isPlain, head.isJSON else { return nil }
        return ImageList(answer, count: question.choiceCount)
    }

    public func storedMedia(in body: [UInt8]) -> (any StoredMediaAnswer)? { StoredImageList(body) }

    public func folding(of head: HTTPResponse, to question: Question) -> any Folding {
        guard head.status.code == 200, head.isPlain else { return NoFolding() }
        if let form = FormRoute(rawValue: question.route) { return form.folding(of: head, to: question) }
        guard let route = Route(rawValue: question.route) else { return NoFolding() }
        if question.isBatch { return NoFolding() }
        if head.isEventStream {
            return switch route {
            case .embeddings, .images: NoFolding()
            case .chat:
                ChatFolding(
                    choiceCount: question.choiceCount, completeness: completeness)
            case .completions:
                CompletionFolding(
                    choiceCount: question.choiceCount, completeness: completeness)
            case .responses: ResponseFolding()
            }
        }
        guard head.isJSON else { return NoFolding() }
        return switch route {
        case .images: NoFolding()
        case .embeddings: PlainFolding.embedding
        case .chat: PlainFolding.chat(choiceCount: question.choiceCount)
        case .completions: PlainFolding.completion(choiceCount: question.choiceCount)
        case .responses: PlainFolding.response
        }
    }

    public func unfold(_ entry: CacheEntry, for question: Question) throws -> Response {
        var head = HTTPResponse(status: .init(code: entry.status))
        guard question.wantsStream, question.route != Route.embeddings.rawValue else {
            head.headerFields[.contentType] = entry.contentType
            return Response(head: head, body: Body(entry.body))
        }
        head.headerFields[.contentType] = "text/event-stream; charset=utf-8"
        return Response(head: head, body: Body(try events(of: entry, for: question)))
    }

    /// After each blank line: whoever unfolds writes one line feed after another nowhere else.
    public func eventEnds(in stream: [UInt8]) -> [Int] {
        stream.indices.filter { index in
            index > 0 && stream[index] == SSEParser.lineFeed && stream[index - 1] == SSEParser.lineFeed
        }.map { $0 + 1 }
    }

    private func events(of entry: CacheEntry, for question: Question) throws -> [UInt8] {
        switch Route(rawValue: question.route) {
        case .completions: try CompletionUnfolding(entry.body, pieces: question.pieceCount).bytes
        case .responses: try ResponseUnfolding(entry.body, pieces: question.pieceCount).bytes
        case .chat, .embeddings, .images, nil:
            try ChatUnfolding(entry.body, pieces: question.pieceCount).bytes
        }
    }
}

extension Question {
    /// A question that a body asks, with what the endpoint leaves off the key.
    init(
        route: String, model: String, wantsStream: Bool, choiceCount: Int? = nil, asking root: JSONNode,
        fields: OpenAIFields
    ) {
        self.init(
            route: route, model: model, wantsStream: wantsStream,
            fields: fields.policy(sharesAcrossAttribution: false), choiceCount: choiceCount)
        sharedFields = fields.policy(sharesAcrossAttribution: true)
        isDeterministic = root.asksForOneAnswer
    }
}

extension JSONNode {
    /// True if a request asks for the same answer each time: `temperature` is zero, however it is written, or
    /// there is a `seed`.
    fileprivate var asksForOneAnswer: Bool {
        if self["seed"]?.kind == .number { return true }
        guard let temperature = self["temperature"], temperature.kind == .number else { return false }
        let mantissa = temperature.source.prefix { $0 | 0x20 != UInt8(ascii: "e") }
        return !mantissa.contains { (UInt8(ascii: "1")...UInt8(ascii: "9")).contains($0) }
    }
}
