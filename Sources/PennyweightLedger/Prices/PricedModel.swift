/// A model of a provider and what it has cost since when.
public struct PricedModel: Sendable, Hashable {
    /// The name that the provider's API takes, without a prefix.
    public let id: String
    /// `openai`, `anthropic`, `gemini`, `xai`, `mistral`, `deepseek`, `groq`, …
    public let provider: String
    /// Other names of the same model at the same price.
    public let aliases: [String]
    /// `chat`, `embedding`, `image`, `video`, `audio`, `moderation`, `realtime`, …
    public let mode: String
    /// The most tokens of a prompt; nil if not known.
    public let inputLimit: Int64?
    /// The most tokens that one answer can have; nil if not known.
    public let outputLimit: Int64?
    /// By ``Price/effectiveFrom``, oldest first; at least one.
    public let prices: [Price]

    public init(
        id: String, provider: String, aliases: [String] = [], mode: String, inputLimit: Int64? = nil,
        outputLimit: Int64? = nil, prices: [Price]
    ) {
        self.id = id
        self.provider = provider
        self.aliases = aliases
        self.mode = mode
        self.inputLimit = inputLimit
        self.outputLimit = outputLimit
        self.prices = prices.sorted { $0.effectiveFrom < $1.effectiveFrom }
    }

    /// True if both have had the same rates since the same days.
    func costsTheSame(as other: PricedModel) -> Bool {
        prices.count == other.prices.count
            && zip(prices, other.prices).allSatisfy {
                $0.effectiveFrom == $1.effectiveFrom && $0.tariff == $1.tariff
                    && $0.regions == $1.regions && $0.included == $1.included
            }
    }
}
