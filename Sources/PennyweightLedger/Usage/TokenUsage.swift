/// Tokens as a provider reported them. Nil means "not reported" and is not zero.
///
/// `input` and `output` are totals, and the other fields are parts of them (OpenAI's convention). An
/// adapter for a provider that counts differently (Anthropic reports input without the cached part) adds
/// up first.
public struct TokenUsage: Sendable, Hashable {
    /// All tokens of the prompt, cached and written ones, audio and images included.
    public var input: Int64?
    /// Of `input`: read from the provider's prompt cache.
    public var cachedInput: Int64?
    /// Of `input`: written to the provider's prompt cache (five minutes, or no stated lifetime).
    public var cacheWrite: Int64?
    /// Of `input`: written to the provider's prompt cache for one hour.
    public var cacheWriteHour: Int64?
    /// Of `input`: audio that was not read from the cache.
    public var audioInput: Int64?
    /// Of `input`: images that were not read from the cache.
    public var imageInput: Int64?
    /// Of `cachedInput`: audio. It is in no class of its own.
    public var cachedAudioInput: Int64?
    /// Of `cachedInput`: images. They are in no class of their own.
    public var cachedImageInput: Int64?
    /// All generated tokens, reasoning, audio, images and rejected predictions included.
    public var output: Int64?
    /// Of `output`: reasoning that the caller may not see.
    public var reasoning: Int64?
    /// Of `output`: audio.
    public var audioOutput: Int64?
    /// Of `output`: images.
    public var imageOutput: Int64?
    /// Of `output`: tokens of the caller's prediction that the model kept. Billed as any other output.
    public var acceptedPrediction: Int64?
    /// Of `output`: tokens of the caller's prediction that the model rejected. Billed as any other output.
    public var rejectedPrediction: Int64?

    public init(input: Int64? = nil, output: Int64? = nil) {
        self.input = input
        self.output = output
    }

    /// The tokens by class, each in exactly one; the classes add up to `input` plus `output`.
    ///
    /// Nil if a total is missing, a count is negative, or the parts are more than their total: then the
    /// report can't be priced exactly. Parts of parts (cached audio, predictions) have no class, but have to
    /// fit.
    public func partition() -> [Unit: Int64]? {
        guard let input, let output else { return nil }
        let inputParts: [(Unit, Int64?)] = [
            (.cachedInputToken, cachedInput), (.cacheWriteToken, cacheWrite),
            (.cacheWriteHourToken, cacheWriteHour), (.audioInputToken, audioInput),
            (.imageInputToken, imageInput),
        ]
        let outputParts: [(Unit, Int64?)] = [
            (.reasoningToken, reasoning), (.audioOutputToken, audioOutput), (.imageOutputToken, imageOutput),
        ]
        guard let text = TokenUsage.rest(of: input, after: inputParts.map(\.1)),
            let generated = TokenUsage.rest(of: output, after: outputParts.map(\.1)),
            TokenUsage.rest(of: cachedInput ?? 0, after: [cachedAudioInput, cachedImageInput]) != nil,
            TokenUsage.rest(of: output, after: [acceptedPrediction, rejectedPrediction]) != nil
        else { return nil }
        var classes: [Unit: Int64] = [.inputToken: text, .outputToken: generated]
        for (unit, count) in inputParts + outputParts {
            if let count, count > 0 { classes[unit] = count }
        }
        return classes
    }

    private static func rest(of total: Int64, after parts: [Int64?]) -> Int64? {
        var rest = total
        guard total >= 0 else { return nil }
        for part in parts {
            guard let part else { continue }
            guard part >= 0, part <= rest else { return nil }
            rest -= part
        }
        return rest
    }
}
