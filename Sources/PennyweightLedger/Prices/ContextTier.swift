/// The rates of a call whose prompt is longer than a threshold.
///
/// They replace the base rates of tokens for the whole call. What is not counted in tokens costs the same
/// in every context tier.
public struct ContextTier: Sendable, Hashable {
    /// The tier holds if all tokens of the prompt, cached ones included, are more than this.
    public let aboveInputTokens: Int64
    public let rates: Rates
    /// The rates by service tier in this context tier.
    public let serviceTiers: [String: Rates]

    public init(aboveInputTokens: Int64, rates: Rates, serviceTiers: [String: Rates] = [:]) {
        self.aboveInputTokens = aboveInputTokens
        self.rates = rates
        self.serviceTiers = serviceTiers
    }
}
