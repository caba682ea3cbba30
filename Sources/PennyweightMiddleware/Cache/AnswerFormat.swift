public import HTTPTypes
public import PennyweightPipeline

/// Tells the cache what it must know of one wire format. `PennyweightOpenAI` has the one for OpenAI's.
public protocol AnswerFormat: Sendable {
    /// What the request asks, if its answer depends on the request alone; nil if it must not be stored.
    ///
    /// Depends on the request's method, path and body alone, and for a form on its content type: what came of
    /// any other body is remembered. Reads the body only if it is in memory already.
    func question(in request: Request) -> Question?

    /// Starts folding the answer to a question into the plain answer that is stored.
    func folding(of head: HTTPResponse, to question: Question) -> any Folding

    /// Makes the response that a caller of this question gets from a stored plain answer: the bytes as they
    /// are, or the stream that folds into them. Throws if the bytes can't be unfolded; the call is a miss
    /// then.
    func unfold(_ entry: CacheEntry, for question: Question) throws -> Response

    /// Where the events of a stream end that ``unfold(_:for:)`` made, in order: a replay may wait there. By
    /// default at its end alone.
    func eventEnds(in stream: [UInt8]) -> [Int]

    /// True if the body of such a request may carry a member with instructions for the cache
    /// (``CacheWishes``), which the provider never sees. By default what may be stored.
    func carriesInstructions(_ request: Request) -> Bool

    /// A made-up answer of the right shape, plain or streamed as the request asks, that says that it is made
    /// up; nil if none can be made up for it, which is the default.
    func mock(for request: Request) -> Response?

    /// The questions of a request that asks several at once (``Question/isBatch``); nil for any other, which
    /// is the default.
    func batch(in request: Request) -> (any AnswerBatch)?

    /// The images in a plain answer to a question that has some (``Question/media``); nil if it is not
    /// complete, or none that can be kept, which is the default.
    func media(in answer: [UInt8], head: HTTPResponse, to question: Question) -> (any MediaAnswer)?

    /// The references to images in a stored answer; nil if there are none, which is the default.
    func storedMedia(in body: [UInt8]) -> (any StoredMediaAnswer)?

    /// The answer to a request that the cache refuses, in the format's own shape. By default its status
    /// alone.
    func answer(to refusal: CacheRefusal) -> Response
}

extension AnswerFormat {
    public func eventEnds(in stream: [UInt8]) -> [Int] { [stream.count] }

    public func carriesInstructions(_ request: Request) -> Bool { question(in: request) != nil }

    public func mock(for request: Request) -> Response? { nil }

    public func batch(in request: Request) -> (any AnswerBatch)? { nil }

    public func media(
        in answer: [UInt8], head: HTTPResponse, to question: Question
    ) -> (any MediaAnswer)? { nil }

    public func storedMedia(in body: [UInt8]) -> (any StoredMediaAnswer)? { nil }

    public func answer(to refusal: CacheRefusal) -> Response {
        Response(.init(code: refusal.status))
    }
}

/// What the cache has to know of one request.
public struct Question: Sendable, Hashable {
    /// The route below the base URL: `/chat/completions`.
    public var route: String
    public var model: String
    /// True if the caller wants a stream.
    public var wantsStream: Bool
    /// Which of the body's top-level members don't change the answer (`stream`).
    public var fields: FieldPolicy
    /// The same where callers who differ only in whom a request is for (`user`) share answers; nil if none
    /// can.
    public var sharedFields: FieldPolicy?
    /// True if the request asks for the same answer each time (`temperature` 0, or a `seed`).
    public var isDeterministic = false
    /// True if it asks several questions at once, each with an answer that is stored alone
    /// (``AnswerBatch``); the whole is not stored.
    public var isBatch = false
    /// How many answers in one are asked for (`n`), so that a complete answer can be told; nil if that is not
    /// known.
    public var choiceCount: Int?
    /// What the body says, if it is a form, or why that can't be told; nil for JSON, whose canonical form the
    /// cache makes itself.
    public var form: Result<CanonicalParts, CanonicalForm.Refusal>?
    /// Into how many pieces each text of a stored answer is cut for who wants a stream; nil for a few.
    public var pieceCount: Int?
    /// The form in which the caller wants the images of the answer; nil for an answer without. The answer is
    /// stored with references to them, whatever the form, and only where there is a ``MediaTier``.
    public var media: MediaForm?

    public init(
        route: String, model: String, wantsStream: Bool, fields: FieldPolicy, choiceCount: Int? = nil
    ) {
        self.route = route
        self.model = model
        self.wantsStream = wantsStream
        self.fields = fields
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

    /// How many events of a stream came so far; nil for an answer without events, which is the default.
    var eventCount: Int? { get }

    /// The plain answer, after the last chunk; nil if it is not proven complete or can't be folded without
    /// loss.
    mutating func finish() -> FoldedAnswer?
}

extension Folding {
    public var hasEnded: Bool { false }

    public var eventCount: Int? { nil }
}

/// A complete answer in its plain form.
public struct FoldedAnswer: Sendable, Hashable {
    public var contentType: String
    public var body: [UInt8]
    /// When the stream's events came that it was folded of, as the stage notes it; nil if it doesn't.
    public internal(set) var pace: [UInt8]?

    public init(contentType: String, body: [UInt8]) {
        self.contentType = contentType
        self.body = body
    }
}
