/// What a key of LiteLLM's price table names: `azure/eu/gpt-4o` is `gpt-4o` of `azure` in `eu`.
struct LiteLLMName: Hashable {
    let provider: String
    let model: String
    let region: String?

    /// The table's providers that have another name here, and the prefix that their keys may have.
    private static let providers: [String: (name: String, prefix: String)] = [
        "text-completion-openai": ("openai", "openai/"), "vertex_ai": ("vertex", "vertex_ai/"),
        "bedrock_converse": ("bedrock", "bedrock/"), "azure_text": ("azure", "azure/"),
        "fal_ai": ("fal", "fal_ai/"), "black_forest_labs": ("black-forest-labs", "black_forest_labs/"),
        "runwayml": ("runway", "runwayml/"), "qwencloud": ("alibaba", "qwencloud/"),
        "cohere_chat": ("cohere", "cohere/"),
        "text-completion-codestral": ("codestral", "text-completion-codestral/"),
    ]

    init(key: String, provider: String) {
        let isVertex = provider.hasPrefix("vertex_ai-")
        let known = LiteLLMName.providers[isVertex ? "vertex_ai" : provider] ?? (provider, provider + "/")
        var model = Substring(key)
        if model.hasPrefix(known.prefix) { model = model.dropFirst(known.prefix.count) }
        let parts = model.split(separator: "/", maxSplits: 1)
        let isRegional =
            parts.count == 2
            && (known.name == "bedrock" && LiteLLMName.isCloudRegion(parts[0])
                || known.name == "azure" && ["us", "eu", "global", "global-standard"].contains(parts[0]))
        self.provider = known.name
        region = isRegional ? String(parts[0]) : nil
        self.model = String(isRegional ? parts[1] : model)
    }

    /// Why a key is no model that can be priced by what it reports; nil if it is one.
    static func reasonToSkip(_ name: LiteLLMName) -> String? {
        if name.model.hasPrefix("ft:") { return "a fine-tuned model's name has its owner in it" }
        if name.model.contains("search-preview") || name.model.contains("search-api") {
            return "each call has the fee of a search that its usage doesn't show"
        }
        if name.model.contains("commitment/") || name.model.contains("*") {
            return "it is a contract, no model"
        }
        if name.model == "container" { return "it is no model" }
        let first = name.model.split(separator: "/").first ?? ""
        if first == "standard" || first.contains("-x-") {
            return "it is one size of an image model whose quality isn't named"
        }
        if name.provider == "fal", !name.model.contains("/") {
            return "it is listed again under its whole name"
        }
        return nil
    }

    /// `eu-west-1`, `us-gov-west-1`
    private static func isCloudRegion(_ text: Substring) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 3, let last = parts.last, Int(last) != nil else { return false }
        return parts.dropLast().allSatisfy { $0.allSatisfy { ("a"..."z").contains($0) } && !$0.isEmpty }
    }
}
