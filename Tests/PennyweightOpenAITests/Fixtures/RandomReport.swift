import PennyweightLedger
import PennyweightTesting
import PennyweightTime

/// One usage, in the words of three providers. Unless whole, some figures don't belong together.
struct RandomReport {
    private let fresh: Int64
    private let cached: Int64
    private let text: Int64
    private let reasoning: Int64
    private let damage: Int64

    init(_ random: SeededRandom, isWhole: Bool = false) {
        func count(_ limit: UInt64) -> Int64 {
            random.next(below: 3) == 0 ? 0 : Int64(random.next(below: limit))
        }
        fresh = count(100_000)
        cached = count(50_000)
        text = count(20_000)
        reasoning = count(10_000)
        damage = isWhole || random.next(below: 2) == 0 ? 0 : Int64(random.next(below: 200)) - 100
    }

    /// The classes that any of them should be read as.
    var classes: [Unit: Int64] {
        var classes: [Unit: Int64] = [.inputToken: fresh, .outputToken: text]
        if cached > 0 { classes[.cachedInputToken] = cached }
        if reasoning > 0 { classes[.reasoningToken] = reasoning }
        return classes
    }

    var openAI: String {
        """
        {"usage":{"prompt_tokens":\(fresh + cached),"completion_tokens":\(text + reasoning),\
        "total_tokens":\(fresh + cached + text + reasoning + damage),\
        "prompt_tokens_details":{"cached_tokens":\(cached + damage)},\
        "completion_tokens_details":{"reasoning_tokens":\(reasoning)}}}
        """
    }

    var anthropic: String {
        """
        {"usage":{"input_tokens":\(fresh + damage),"cache_read_input_tokens":\(cached),\
        "output_tokens":\(text + reasoning),\
        "output_tokens_details":{"thinking_tokens":\(reasoning + damage)}}}
        """
    }

    var gemini: String {
        """
        {"usageMetadata":{"promptTokenCount":\(fresh + cached),"cachedContentTokenCount":\(cached + damage),\
        "candidatesTokenCount":\(text),"thoughtsTokenCount":\(reasoning),\
        "totalTokenCount":\(fresh + cached + text + reasoning)}}
        """
    }
}
