/// What a provider counts and charges for. Token classes are a partition: no token is in two of them.
public enum Unit: String, Sendable, Hashable, CaseIterable, Codable {
    /// A text token of the prompt that was neither read from nor written to the provider's prompt cache.
    case inputToken = "input_token"
    /// A prompt token read from the provider's prompt cache.
    case cachedInputToken = "cached_input_token"
    /// A prompt token written to the provider's prompt cache for five minutes, or with no stated lifetime.
    case cacheWriteToken = "cache_write_token"
    /// A prompt token written to the provider's prompt cache for one hour.
    case cacheWriteHourToken = "cache_write_1h_token"
    case audioInputToken = "audio_input_token"
    case imageInputToken = "image_input_token"
    /// A generated text token that is not reasoning.
    case outputToken = "output_token"
    case reasoningToken = "reasoning_token"
    case audioOutputToken = "audio_output_token"
    case imageOutputToken = "image_output_token"
    /// A generated image; the variant is `quality/size`.
    case image
    /// A second of generated video; the variant is the resolution.
    case videoSecond = "video_second"
    case audioSecond = "audio_second"
    case character
    case request
    /// A web search.
    case search
    /// A call of another tool that the provider runs for a fee; the variant is the tool: `code_interpreter`,
    /// `file_search`.
    case toolCall = "tool_call"

    /// True for the classes of tokens, whose prices are quoted per million.
    public var isToken: Bool { rawValue.hasSuffix("_token") }
}
