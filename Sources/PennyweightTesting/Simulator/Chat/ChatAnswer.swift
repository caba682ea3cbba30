internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightTime

/// A whole chat completion, before it is written as one body or as a stream.
struct ChatAnswer: Sendable {
    let id: String
    let created: Int64
    let model: SimulatedModel
    let question: ChatQuestion
    let choices: [ChatChoice]
    let reportsUsage: Bool
    let promptTokens: Int64
    let cachedTokens: Int64
    let reasoningTokens: Int64
    /// The same for the same question, so that it can be told apart from noise.
    let noise: UInt64

    init(
        _ question: ChatQuestion, model: SimulatedModel, fault: SimulatedFault.Kind?, ticket: CallTicket,
        seed: UInt64, memory: SimulatedMemory
    ) {
        let digest = question.digest(seed: seed).value
        let reasoning = ChatAnswer.reasoningTokens(
            of: question, model: model, random: SeededRandom(seed: digest))
        let allowed = min(reasoning, question.tokenLimit ?? .max)
        let prompt = question.promptTokens
        self.question = question
        self.model = model
        id = ticket.id("chatcmpl-")
        created = ticket.created
        noise = digest
        reportsUsage = fault != .noUsage
        promptTokens = prompt
        reasoningTokens = allowed
        cachedTokens =
            ChatAnswer.isLong(prompt) && memory.knows(prompt: question.promptDigest) ? prompt / 128 * 128 : 0
        choices = (0..<question.count).map { index in
            ChatComposer(
                question: question, random: SeededRandom(seed: digest &+ 1 &+ UInt64(index)), ticket: ticket,
                fault: fault, limit: question.tokenLimit.map { $0 - allowed }
            ).choice(index)
        }
    }

    /// All generated tokens, hidden ones included.
    var completionTokens: Int64 { choices.reduce(reasoningTokens) { $0 + $1.tokens } }

    var bill: Bill {
        var tokens = TokenUsage(input: promptTokens, output: completionTokens)
        tokens.cachedInput = cachedTokens
        tokens.reasoning = reasoningTokens
        return Bill(
            id: id, route: "/chat/completions", model: model,
            usage: Usage(tokens: tokens, serviceTier: question.serviceTier))
    }

    var usage: JSONValue {
        .record([
            "prompt_tokens": .integer(promptTokens), "completion_tokens": .integer(completionTokens),
            "total_tokens": .integer(promptTokens + completionTokens),
            "prompt_tokens_details": .record([
                "cached_tokens": .integer(cachedTokens), "audio_tokens": .integer(0),
            ]),
            "completion_tokens_details": .record([
                "reasoning_tokens": .integer(reasoningTokens), "audio_tokens": .integer(0),
                "accepted_prediction_tokens": .integer(0), "rejected_prediction_tokens": .integer(0),
            ]),
        ])
    }

    /// OpenAI caches prompts from 1,024 tokens on, in steps of 128
    /// (https://platform.openai.com/docs/guides/prompt-caching).
    private static func isLong(_ promptTokens: Int64) -> Bool { promptTokens >= 1_024 }

    private static func reasoningTokens(
        of question: ChatQuestion, model: SimulatedModel, random: some RandomSource
    ) -> Int64 {
        guard model.reasons else { return 0 }
        let blocks: UInt64 =
            switch question.reasoningEffort {
            case "none", "minimal": 0
            case "low": 2
            case "high", "xhigh", "max": 16
            default: 6
            }
        return blocks == 0 ? 0 : 64 * Int64(1 + random.next(below: blocks))
    }
}
