public import PennyweightLedger
public import PennyweightTime

/// Makes holds, settlements and savings for tests: each with ids of its own, around one point in time.
public struct LineMaker: Sendable {
    /// When the holds are opened, unless a test says otherwise: 2026-01-01.
    public let start: Timestamp
    private let time: ManualTime
    private let random: SeededRandom

    public init(seed: UInt64 = 1) {
        time = ManualTime()
        start = time.now()
        random = SeededRandom(seed: seed)
    }

    /// A new identifier at the maker's time.
    public func id() -> SortableID { SortableID(time: time, random: random) }

    /// A hold that is opened some time after the start.
    public func hold(
        call: SortableID? = nil, attempt: Int = 1, model: String = "gpt-x", key: String? = nil,
        tags: [String: String] = [:], upperBound: Money? = Money(picos: 1_000), after delay: Duration = .zero,
        expiresAfter life: Duration = .seconds(600)
    ) -> Hold {
        let opened = start + delay
        return Hold(
            id: id(), callID: call ?? id(), attempt: attempt,
            subject: subject(model: model, key: key, tags: tags),
            upperBound: upperBound, openedAt: opened, expiresAt: opened + life)
    }

    /// A line with 10 input tokens, 4 of them cached, and 5 output tokens; reasoning was not reported.
    public func settlement(
        _ hold: Hold, _ cost: Cost, usage: Usage? = LineMaker.usage, ran model: String? = nil
    ) -> Settlement {
        Settlement(
            holdID: hold.id, outcome: .served, cost: cost, usage: usage, executedModel: model, status: 200,
            settledAt: hold.openedAt + .seconds(1))
    }

    /// A call that was answered from the cache, or a part of one.
    public func saving(
        avoided: Cost, model: String = "gpt-x", tags: [String: String] = [:], call: SortableID? = nil,
        source: Saving.Source = .hit
    ) -> Saving {
        Saving(
            callID: call ?? id(), subject: subject(model: model, key: nil, tags: tags), source: source,
            usage: LineMaker.usage, avoided: avoided, executedModel: nil, at: start)
    }

    public static var usage: Usage {
        var tokens = TokenUsage(input: 10, output: 5)
        tokens.cachedInput = 4
        return Usage(tokens: tokens)
    }

    private func subject(model: String, key: String?, tags: [String: String]) -> Subject {
        Subject(
            account: "default", key: key, tags: tags, provider: "openai", model: model,
            route: "/chat/completions")
    }
}
