public import HTTPTypes
public import PennyweightLedger
public import PennyweightPipeline

/// Reads out of one wire format what accounting needs. `PennyweightOpenAI` has the one for OpenAI's.
public protocol UsageMeter: Sendable {
    /// What the request asks for and the most it can use; nil if it can't cost money (`GET /models`).
    ///
    /// Reads the body only if it is in memory already.
    func quote(_ request: Request) -> Quote?

    /// Starts reading the usage out of the answer to a quoted request.
    func reading(of head: HTTPResponse, to quote: Quote) -> any UsageReading

    /// Reads the jobs of the format, which go on after their answer; nil if it has none.
    var jobs: (any JobReader)? { get }
}

extension UsageMeter {
    public var jobs: (any JobReader)? { nil }
}

/// What one request asks for, and the most it can use.
public struct Quote: Sendable, Hashable {
    /// The route below the base URL: `/chat/completions`.
    public var route: String
    public var model: String
    /// An upper bound of the prompt's tokens; nil if the request sets none: then the model's context window
    /// counts, for each of the ``prompts``.
    public var inputTokens: Int64?
    /// How many prompts are charged at most, each of which may be as long as the model allows; nil if that is
    /// not known. More than one where the provider's own tools prompt the model again.
    public var prompts: Int64? = 1
    /// An upper bound of the generated tokens, all choices together; nil if the request sets none.
    public var outputTokens: Int64?
    /// How many answers in one are asked for, each of which may be as long as the model allows; nil if that
    /// is not known.
    public var choices: Int64?
    /// Tokens that may be billed as output beside what the model generates: a prediction that it rejects.
    public var addedOutputTokens: Int64 = 0
    /// What is not counted in tokens and known beforehand; it is charged unless the answer counts that unit
    /// itself.
    public var meters: [Usage.Meter]
    /// The service tier that was asked for; nil for the provider's default.
    public var serviceTier: String?
    /// False if the call can use something that nobody can count beforehand: the fee of a tool that may be
    /// called any number of times. Then it has no upper bound, whatever else is known.
    public var isBounded: Bool
    /// True if the provider charges nothing for any call of this route, so that it costs exactly nothing,
    /// with or without a price for the model.
    public var isFree: Bool

    public init(
        route: String, model: String, inputTokens: Int64? = nil, outputTokens: Int64? = nil,
        choices: Int64? = 1, meters: [Usage.Meter] = [], serviceTier: String? = nil, isBounded: Bool = true,
        isFree: Bool = false
    ) {
        self.route = route
        self.model = model
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.choices = choices
        self.meters = meters
        self.serviceTier = serviceTier
        self.isBounded = isBounded
        self.isFree = isFree
    }
}

/// Follows one answer chunk by chunk. A value: no waiting, no clock.
public protocol UsageReading: Sendable {
    /// Takes the next chunk, cut anywhere.
    mutating func consume(_ chunk: [UInt8])

    /// True as soon as something that the model generated was seen: text, reasoning, arguments of a tool,
    /// audio, an image. O(1): it may be asked after each chunk, for the time to the first token.
    var hasGenerated: Bool { get }

    /// What is known so far. After the last chunk it is final.
    mutating func summary() -> UsageSummary
}

/// What an answer, or the part of it that was seen, says about itself.
public struct UsageSummary: Sendable, Hashable {
    /// The usage as reported; nil if no report was seen. Of cumulative reports the last.
    public var usage: Usage?
    /// The model that the answer names.
    public var executedModel: String?
    /// True if the format's own end was seen: valid JSON, or the terminal event of a stream.
    public var isComplete: Bool
    /// Characters of generated text that were seen, for an estimate when no report was. Visible reasoning,
    /// audio and images are not text.
    public var generatedCharacters: Int64
    /// True if the answer says only that work was accepted, and what it comes to is not decided: a video that
    /// is still being made costs nothing if it fails.
    public var isProvisional: Bool
    /// True if the format has no end of its own that could be missed (audio, subtitles), or it can't be
    /// checked: the answer is complete if its body is.
    public var endsWithBody: Bool

    public init(
        usage: Usage? = nil, executedModel: String? = nil, isComplete: Bool = false,
        generatedCharacters: Int64 = 0, isProvisional: Bool = false, endsWithBody: Bool = false
    ) {
        self.usage = usage
        self.executedModel = executedModel
        self.isComplete = isComplete
        self.generatedCharacters = generatedCharacters
        self.isProvisional = isProvisional
        self.endsWithBody = endsWithBody
    }
}
