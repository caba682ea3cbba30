/// How a provider counts: which numbers of its usage report are parts of others, and which stand beside them.
///
/// The one place that knows it. What is read is brought to one form, `TokenUsage`, whose totals include their
/// parts; the parts have to add up to the total that is reported, or the tokens count as not known.
///
/// | | cached prompt tokens | reasoning |
/// |---|---|---|
/// | ``openAI`` | in `prompt_tokens` | in `completion_tokens` |
/// | ``compatible`` | in `prompt_tokens` | the reported total decides |
/// | ``anthropic`` | beside `input_tokens`: read, written for 5 minutes or 1 hour | in the output |
/// | ``gemini`` | in `promptTokenCount`; prompts of tools beside | beside `candidatesTokenCount` |
/// | ``deepSeek`` | `prompt_cache_hit_tokens` and `…_miss_tokens` are `prompt_tokens` | in the output |
/// | ``openRouter`` | in `prompt_tokens`; its `cost` is kept as evidence, not believed | in the output |
/// | ``xAI`` | in `prompt_tokens` | beside `completion_tokens` |
public enum UsageConvention: String, Sendable, Hashable, CaseIterable {
    case openAI = "openai"
    /// A server that speaks OpenAI's format and that nothing else is known of.
    case compatible
    case anthropic
    case gemini
    case deepSeek = "deepseek"
    case openRouter = "openrouter"
    case xAI = "xai"

    /// The convention of a provider by its name in prices and in the ledger; ``compatible`` for others.
    public init(provider: String) {
        switch provider.lowercased() {
        case "openai", "azure": self = .openAI
        case "anthropic": self = .anthropic
        case "gemini", "google", "vertex": self = .gemini
        case "deepseek": self = .deepSeek
        case "openrouter": self = .openRouter
        case "xai": self = .xAI
        default: self = .compatible
        }
    }

    /// Where reasoning is counted.
    enum Reasoning: Sendable, Hashable {
        case inOutput
        /// Beside the output, unless the reported total says otherwise.
        case besideOutput
        /// In the output, unless the reported total says otherwise.
        case asTotalSays
        /// Beside the output, and the reported total says how much it is.
        case restOfTotal
    }

    var reasoning: Reasoning {
        switch self {
        case .openAI, .anthropic, .deepSeek: .inOutput
        case .xAI: .besideOutput
        case .compatible, .openRouter: .asTotalSays
        case .gemini: .restOfTotal
        }
    }

    /// Tokens that the provider adds to a prompt that has tools, at most: Anthropic's guide "Tool use" lists
    /// up to 804.
    var toolPromptTokens: Int64 { self == .anthropic ? 1_024 : 0 }
}
