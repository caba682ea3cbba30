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
}

/// What one request asks for, and the most it can use.
public struct Quote: Sendable, Hashable {
    /// The route below the base URL: `/chat/completions`.
    public var route: String
    public var model: String
    /// An upper bound of the prompt's tokens; nil if there is none.
    public var inputTokens: Int64?
    /// An upper bound of the generated tokens, all choices together; nil if the request sets none.
    public var outputTokens: Int64?
    /// How many answers in one are asked for, each of which may be as long as the model allows; nil if that
    /// is not known.
    public var choices: Int64?
    /// What is not counted in tokens and known beforehand; it is charged unless the answer counts that unit
    /// itself.
    public var meters: [Usage.Meter]
    /// The service tier that was asked for; nil for the provider's default.
    public var serviceTier: String?

    public init(
        route: String, model: String, inputTokens: Int64? = nil, outputTokens: Int64? = nil,
        choices: Int64? = 1, meters: [Usage.Meter] = [], serviceTier: String? = nil
    ) {
        self.route = route
        self.model = model
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.choices = choices
        self.meters = meters
        self.serviceTier = serviceTier
    }
}

/// Follows one answer chunk by chunk. A value: no waiting, no clock.
public protocol UsageReading: Sendable {
    /// Takes the next chunk, cut anywhere.
    mutating func consume(_ chunk: [UInt8])

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
    /// Characters of generated text that were seen, for an estimate when no report was.
    public var generatedCharacters: Int64

    public init(
        usage: Usage? = nil, executedModel: String? = nil, isComplete: Bool = false,
        generatedCharacters: Int64 = 0
    ) {
        self.usage = usage
        self.executedModel = executedModel
        self.isComplete = isComplete
        self.generatedCharacters = generatedCharacters
    }
}
