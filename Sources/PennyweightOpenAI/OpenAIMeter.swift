public import HTTPTypes
private import PennyweightJSON
private import PennyweightLedger
public import PennyweightMiddleware
public import PennyweightPipeline

/// Reads out of OpenAI's wire format what accounting needs.
///
/// Every `POST` may cost money and is quoted; nothing else is. Chat requests and image generations are
/// bounded: a token is at least one byte, so the body's length bounds a prompt of text,
/// `max_completion_tokens` × `n` what is said, and size × quality × `n` what is drawn. Embeddings
/// are bounded by their input. Other routes have no bound yet.
public struct OpenAIMeter: UsageMeter {
    /// The model's name where a request gives none.
    public static let unknownModel = "unknown"

    private let answerLimitBytes: Int
    private let eventLimitBytes: Int

    /// A plain answer of more than `answerLimitBytes`, or a stream from an event of more than
    /// `eventLimitBytes` on, is not read: its usage is unknown.
    public init(
        answerLimitBytes: Int = 64 * 1_048_576, eventLimitBytes: Int = SSEParser.defaultLimitBytes
    ) {
        self.answerLimitBytes = answerLimitBytes
        self.eventLimitBytes = eventLimitBytes
    }

    public func quote(_ request: Request) -> Quote? {
        guard request.head.method == .post else { return nil }
        var quote = Quote(route: request.path, model: OpenAIMeter.unknownModel)
        guard let body = request.body.bytes else { return quote }
        guard let root = try? JSONDocument(body).root else {
            if let model = MultipartModel.find(in: body, contentType: request.head.headerFields[.contentType])
            {
                quote.model = model
            }
            return quote
        }
        if let model = root["model"]?.string, !model.isEmpty { quote.model = model }
        quote.serviceTier = root["service_tier"]?.string
        if request.path == "/images/generations" {
            quote.inputTokens = Int64(body.count)
            quote.outputTokens = ImageTokens.bound(of: root)
        }
        if request.path == "/embeddings" {
            quote.inputTokens = Int64(body.count)
            quote.outputTokens = 0
        }
        guard request.path == "/chat/completions", let chat = try? ChatRequest(body) else { return quote }
        quote.inputTokens = OpenAIMeter.isTextOnly(root) && !chat.searchesTheWeb ? Int64(body.count) : nil
        // Chat searches once for every request (OpenAI's guide "Web search"), and doesn't report it.
        if chat.searchesTheWeb { quote.meters = [Usage.Meter(.search, count: 1)] }
        quote.choices = chat.choiceCount
        if let each = chat.maximumTokens, let count = chat.choiceCount {
            let (tokens, overflow) = each.multipliedReportingOverflow(by: count)
            quote.outputTokens = overflow ? nil : tokens
        }
        return quote
    }

    public func reading(of head: HTTPResponse, to quote: Quote) -> any UsageReading {
        if head.isEventStream {
            return StreamUsageReading(route: quote.route, eventLimitBytes: eventLimitBytes)
        }
        let contentType = head.headerFields[.contentType]?.lowercased() ?? "application/json"
        let isMedia = ["audio/", "image/", "video/", "application/octet-stream"].contains(
            where: contentType.hasPrefix)
        if isMedia { return OpaqueUsageReading() }
        return PlainUsageReading(route: quote.route, limitBytes: answerLimitBytes)
    }

    /// False if the prompt has a part whose tokens its bytes don't bound: media, a file, or earlier audio by
    /// its id.
    private static func isTextOnly(_ root: JSONNode) -> Bool {
        (root["messages"]?.elements ?? []).allSatisfy { message in
            if let audio = message["audio"], !audio.isNull { return false }
            return (message["content"]?.elements ?? []).allSatisfy { part in
                part["type"]?.string == "text" || part["type"]?.string == "refusal"
            }
        }
    }
}
