public import HTTPTypes
public import PennyweightPipeline

/// Tells the cache what it must know of one wire format. `PennyweightOpenAI` has the one for OpenAI's.
public protocol AnswerFormat: Sendable {
    /// What the request asks, if its answer depends on the request alone; nil if it must not be stored.
    ///
    /// Reads the body only if it is in memory already.
    func question(in request: Request) -> Question?

    /// Starts folding the answer to a question into the plain answer that is stored.
    func folding(of head: HTTPResponse, to question: Question) -> any Folding

    /// Makes the response that a caller of this question gets from a stored plain answer: the bytes as they
    /// are, or the stream that folds into them. Throws if the bytes can't be unfolded; the call is a miss
    /// then.
    func unfold(_ entry: CacheEntry, for question: Question) throws -> Response
}

/// What the cache has to know of one request.
public struct Question: Sendable, Hashable {
    /// The route below the base URL: `/chat/completions`.
    public var route: String
    public var model: String
    /// True if the caller wants a stream.
    public var wantsStream: Bool
    /// Names of the body's top-level members that don't change the answer, only how it travels (`stream`).
    public var transportOnlyFields: Set<String>
    /// How many answers in one are asked for (`n`), so that a complete answer can be told; nil if that is not
    /// known.
    public var choiceCount: Int?

    public init(
        route: String, model: String, wantsStream: Bool, transportOnlyFields: Set<String>,
        choiceCount: Int? = nil
    ) {
        self.route = route
        self.model = model
        self.wantsStream = wantsStream
        self.transportOnlyFields = transportOnlyFields
        self.choiceCount = choiceCount
    }
}

/// Follows one answer chunk by chunk and folds it. A value: no waiting, no clock.
public protocol Folding: Sendable {
    /// Takes the next chunk, cut anywhere.
    mutating func consume(_ chunk: [UInt8])

    /// True as soon as the format's own end was seen (the terminal event of a stream), so that nothing but
    /// the end of the body is expected. The cache then stores the answer before it hands that last chunk on:
    /// a caller that stops reading there finds it stored. False if the format has no such end, which is the
    /// default.
    var hasEnded: Bool { get }

    /// The plain answer, after the last chunk; nil if it is not proven complete or can't be folded without
    /// loss.
    mutating func finish() -> FoldedAnswer?
}

extension Folding {
    public var hasEnded: Bool { false }
}

/// A complete answer in its plain form.
public struct FoldedAnswer: Sendable, Hashable {
    public var contentType: String
    public var body: [UInt8]

    public init(contentType: String, body: [UInt8]) {
        self.contentType = contentType
        self.body = body
    }
}
