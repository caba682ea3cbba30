internal import PennyweightJSON

/// A chat completion request, as far as the simulated provider understands it.
struct ChatQuestion: Sendable {
    let document: JSONDocument
    /// As asked for: `gpt-4o-mini`.
    let model: String
    let messages: [JSONNode]
    let count: Int
    let streams: Bool
    let includesUsage: Bool
    let includesObfuscation: Bool
    /// Of visible and reasoning tokens together; nil without a limit.
    let tokenLimit: Int64?
    let stops: [String]

    private var root: JSONNode { document.root }

    init(_ document: JSONDocument) throws(SimulatedError) {
        let root = document.root
        guard root.kind == .object else {
            throw SimulatedError(status: 400, message: "The JSON body of your request is not an object.")
        }
        guard let model = root["model"]?.string else {
            throw SimulatedError(status: 400, message: "you must provide a model parameter")
        }
        guard let messages = root["messages"] else { throw .missing("messages") }
        guard messages.kind == .array else {
            throw SimulatedError(
                status: 400, message: "Invalid type for 'messages': expected an array of objects.",
                parameter: "messages", code: "invalid_type")
        }
        guard !messages.elements.isEmpty else {
            throw SimulatedError(
                status: 400,
                message: "Invalid 'messages': empty array. Expected an array with minimum length 1.",
                parameter: "messages", code: "empty_array")
        }
        let count = root["n"].flatMap { $0.isNull ? nil : $0 }.map { $0.integer ?? -1 } ?? 1
        guard (1...128).contains(count) else {
            throw .invalid("n", "Invalid 'n': expected an integer from 1 to 128.")
        }
        self.document = document
        self.model = model
        self.messages = messages.elements
        self.count = Int(count)
        streams = root["stream"]?.bool ?? false
        includesUsage = root["stream_options"]?["include_usage"]?.bool ?? false
        includesObfuscation = root["stream_options"]?["include_obfuscation"]?.bool ?? true
        tokenLimit = (root["max_completion_tokens"] ?? root["max_tokens"])?.integer
        stops = root["stop"].map { $0.string.map { [$0] } ?? $0.elements.compactMap(\.string) } ?? []
    }

    /// The tier that serves the call (`default` for `auto` and none); it decides the price.
    var serviceTier: String {
        switch root["service_tier"]?.string {
        case "flex": "flex"
        case "priority", "fast": "priority"
        default: "default"
        }
    }

    var wantsLogprobs: Bool { root["logprobs"]?.bool ?? false }
    var topLogprobs: Int { Int(root["top_logprobs"]?.integer ?? 0) }
    var reasoningEffort: String? { root["reasoning_effort"]?.string }
    var tools: [JSONNode] { root["tools"]?.elements ?? [] }
    var toolChoice: JSONNode? { root["tool_choice"] }
    var allowsParallelCalls: Bool { root["parallel_tool_calls"]?.bool ?? true }
    var responseFormat: JSONNode? { root["response_format"] }

    /// The tokens of the prompt: messages and tools.
    var promptTokens: Int64 {
        let tools = root["tools"].map { SimulatedTokens.count(Array($0.source)) } ?? 0
        return messages.reduce(3 + tools) { $0 + ChatQuestion.tokens(of: $1) }
    }

    /// A digest of everything that decides the answer: all but how it is delivered.
    func digest(seed: UInt64) -> Digest64 {
        var digest = Digest64(seed: seed)
        for (name, value) in root.members where !ChatQuestion.isDelivery(name.string ?? "") {
            digest.add(name.source)
            digest.add(value.source)
        }
        return digest
    }

    /// A digest of the first 1,024 tokens or so: what a provider's prompt cache is keyed by.
    var promptDigest: Digest64 {
        var digest = Digest64()
        digest.add(model)
        digest.add((root["messages"]?.source ?? []).prefix(4_096))
        return digest
    }

    /// The parameters that OpenAI doesn't have, as they were sent; nil if there are none.
    var unknownParameters: JSONValue? {
        let unknown = root.members.filter { !ChatQuestion.known.contains($0.name.string ?? "") }
        guard !unknown.isEmpty else { return nil }
        return .object(unknown.map { .init($0.name.text ?? "", JSONValue($0.value)) })
    }

    private static func isDelivery(_ name: String) -> Bool {
        name == "stream" || name == "stream_options" || name.hasPrefix("x-simulate")
    }

    private static func tokens(of message: JSONNode) -> Int64 {
        message.members.reduce(3) { sum, member in
            if let text = member.value.text?.utf8 { return sum + SimulatedTokens.count(text) }
            return sum + member.value.elements.reduce(0) { $0 + tokens(ofPart: $1) }
        }
    }

    /// An image counts as OpenAI's low detail does, whatever its size.
    private static func tokens(ofPart part: JSONNode) -> Int64 {
        if let text = part["text"]?.text?.utf8 { return SimulatedTokens.count(text) }
        return part["type"]?.string == "image_url" ? 85 : SimulatedTokens.count(Array(part.source))
    }

    private static let known: Set<String> = [
        "audio", "frequency_penalty", "function_call", "functions", "logit_bias", "logprobs",
        "max_completion_tokens", "max_tokens", "messages", "metadata", "modalities", "model", "moderation",
        "n",
        "parallel_tool_calls", "prediction", "presence_penalty", "prompt_cache_key", "prompt_cache_options",
        "prompt_cache_retention", "reasoning_effort", "response_format", "safety_identifier", "seed",
        "service_tier", "stop", "store", "stream", "stream_options", "temperature", "tool_choice", "tools",
        "top_logprobs", "top_p", "user", "verbosity", "web_search_options",
    ]
}
