public import HTTPTypes
private import PennyweightJSON
private import PennyweightLedger
public import PennyweightMiddleware
public import PennyweightPipeline

/// Reads out of OpenAI's wire format what accounting needs.
///
/// Every `POST` may cost money and is quoted, but for what only uploads, cancels or counts. What can be
/// bounded beforehand is bounded: a token is at least one byte, so the body's length bounds a prompt of text;
/// `max_completion_tokens` × `n` what is said, size × quality × `n` what is drawn, seconds × size what is
/// filmed, the characters of `input` what is spoken. What is not text is bounded by the model's context
/// window, if the price book knows it. Recordings that are paid for by the second, and the provider's own
/// tools without `max_tool_calls`, are counted in the answer and have no bound; nor have routes that are not
/// known.
public struct OpenAIMeter: UsageMeter {
    /// The model's name where a request gives none.
    public static let unknownModel = "unknown"

    private let convention: UsageConvention
    private let completeness: CompletenessRule
    private let answerLimitBytes: Int
    private let eventLimitBytes: Int

    /// Reads reports by a provider's convention.
    ///
    /// A plain answer of more than `answerLimitBytes`, or a stream from an event of more than
    /// `eventLimitBytes` on, is not read: its usage is unknown. `completeness` says what proves that a stream
    /// of chunks was not cut.
    public init(
        convention: UsageConvention = .openAI, completeness: CompletenessRule = .done,
        answerLimitBytes: Int = 64 * 1_048_576,
        eventLimitBytes: Int = SSEParser.defaultLimitBytes
    ) {
        self.convention = convention
        self.completeness = completeness
        self.answerLimitBytes = answerLimitBytes
        self.eventLimitBytes = eventLimitBytes
    }

    public func quote(_ request: Request) -> Quote? {
        let route = PaidRoute(request.path)
        guard request.head.method == .post, route != .free else { return nil }
        var quote = Quote(route: request.path, model: OpenAIMeter.unknownModel, isBounded: false)
        if route == .moderation { quote.isFree = convention == .openAI }
        guard let body = request.body.bytes,
            let fields = RequestFields(body, contentType: request.head.headerFields[.contentType])
        else { return quote }
        if let model = fields.text("model") { quote.model = model }
        quote.serviceTier = fields.text("service_tier")
        switch route {
        case .chat: quote.addChat(body, convention)
        case .completion: quote.addCompletion(fields)
        case .response: quote.addResponse(fields)
        case .embedding: quote.addEmbedding(fields)
        case .image: quote.addImages(fields)
        case .video: quote.addVideo(fields, convention)
        case .videoExtension: quote.addVideoExtension(fields)
        case .speech: quote.addSpeech(fields)
        case .moderation: quote.addEmbedding(fields)
        // A recording is a part of the prompt, where tokens are charged; its seconds are counted nowhere.
        case .transcription: quote.isBounded = true
        case .unknown, .free: break
        }
        return quote
    }

    public func reading(of head: HTTPResponse, to quote: Quote) -> any UsageReading {
        let reader = UsageReader(convention: convention, quote: quote)
        if head.isEventStream {
            return StreamUsageReading(
                reader: reader, eventLimitBytes: eventLimitBytes, acceptsFinished: completeness == .finished)
        }
        let contentType = head.headerFields[.contentType]?.lowercased() ?? "application/json"
        let isOpaque = ["audio/", "image/", "video/", "application/octet-stream", "text/"].contains(
            where: contentType.hasPrefix)
        // A transcription as plain text or subtitles reports nothing; other text may be JSON under a wrong
        // name.
        if isOpaque, !contentType.hasPrefix("text/") || PaidRoute(quote.route) == .transcription {
            return OpaqueUsageReading()
        }
        return PlainUsageReading(reader: reader, limitBytes: answerLimitBytes)
    }
}
