import PennyweightLedger
import PennyweightTime

/// One chat call as a gateway would write it: a hold with a tag; three items and 300 bytes of usage to settle it.
struct Exchange: Sendable {
    let hold: Hold
    let settlement: Settlement

    init(number: Int, time: some TimeSource, random: some RandomSource) throws {
        let now = time.now()
        let subject = Subject(
            account: "acme/search", key: "key-\(number % 8)", tags: ["team": "team-\(number % 4)"],
            provider: "openai", model: "gpt-4o-mini", route: "/chat/completions")
        hold = Hold(
            id: SortableID(time: time, random: random), callID: SortableID(time: time, random: random),
            attempt: 1, subject: subject, upperBound: Money(picos: 750_000_000), openedAt: now,
            expiresAt: now + .seconds(900))
        let (input, cached, output) = (Int64(900 + number % 400), Int64(128), Int64(200 + number % 90))
        let items = [
            try LineItem(unit: .inputToken, count: input - cached, unitPrice: Money(picos: 150_000)),
            try LineItem(unit: .cachedInputToken, count: cached, unitPrice: Money(picos: 75_000)),
            try LineItem(unit: .outputToken, count: output, unitPrice: Money(picos: 600_000)),
        ]
        var tokens = TokenUsage(input: input, output: output)
        tokens.cachedInput = cached
        tokens.reasoning = 0
        let raw = """
            {"prompt_tokens":\(input),"completion_tokens":\(output),"total_tokens":\(input + output),\
            "prompt_tokens_details":{"cached_tokens":\(cached),"audio_tokens":0},"completion_tokens_details":\
            {"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}
            """
        settlement = Settlement(
            holdID: hold.id, outcome: .served,
            cost: .exact(try items.map(\.amount).reduce(.zero) { try $0.adding($1) }), items: items,
            usage: Usage(tokens: tokens, serviceTier: "default", raw: Array(raw.utf8)),
            executedModel: "gpt-4o-mini-2024-07-18", priceVersion: "2026-11-22", status: 200,
            firstByteAt: now + .milliseconds(250 + number % 200),
            firstTokenAt: now + .milliseconds(300 + number % 200), characters: output * 4,
            settledAt: now + .milliseconds(900 + number % 3_000))
    }
}
