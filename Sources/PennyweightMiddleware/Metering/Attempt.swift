internal import PennyweightLedger
internal import PennyweightTime

/// One attempt that may cost money, and what its line will say. Pure: it knows no clock and no ledger.
struct Attempt: Sendable {
    /// How an attempt ended.
    enum Ending: Sendable, Hashable {
        /// It is proven that nothing left.
        case neverSent
        /// The provider answered with an error status.
        case refused
        /// No answer came, and what happened upstream is not known.
        case unanswered
        /// The whole body was read.
        case complete
        /// The body broke off, or was given up.
        case brokenOff
    }

    /// What came back, as far as it was seen.
    struct Answer: Sendable {
        var status: Int
        /// When its head arrived; nil if that was not seen here.
        var firstByteAt: Timestamp?
        /// When the first of what was generated arrived; nil if none did, or nobody looked.
        var firstTokenAt: Timestamp?
        var summary = UsageSummary()
    }

    let hold: Hold
    let quote: Quote
    let prices: PriceBook
    /// Where the provider runs it; nil for its default.
    var region: String?
    /// What is known of the model's characters and tokens, for an answer that reports no usage.
    var calibration: Calibration?

    /// The line that closes the hold.
    func settlement(_ ending: Ending, answer: Answer?, at now: Timestamp) -> Settlement {
        var summary = answer?.summary ?? UsageSummary()
        if ending == .complete, summary.endsWithBody { summary.isComplete = true }
        let (charge, price) = charge(ending, summary)
        return Settlement(
            holdID: hold.id, outcome: outcome(ending, summary), cost: charge.cost, items: charge.items,
            usage: summary.usage, executedModel: summary.executedModel, priceVersion: price?.version,
            status: answer?.status, firstByteAt: answer?.firstByteAt, firstTokenAt: answer?.firstTokenAt,
            // None that was counted may be none that could be: a format without text counts nothing.
            characters: summary.generatedCharacters > 0 ? summary.generatedCharacters : nil,
            settledAt: now)
    }

    private func outcome(_ ending: Ending, _ summary: UsageSummary) -> Outcome {
        switch ending {
        case .neverSent: .neverSent
        case .refused: .refused
        case .unanswered: .abandoned
        // Who stops after the format's own end has got the whole answer, and a body that ends without it
        // was cut, however cleanly.
        case .complete, .brokenOff: summary.isComplete ? .served : .abandoned
        }
    }

    private func charge(_ ending: Ending, _ summary: UsageSummary) -> (Charge, Price?) {
        if quote.isFree { return (Charge(cost: .nothing), nil) }
        switch ending {
        case .neverSent, .refused: return (Charge(cost: .nothing), nil)
        case .unanswered: return (Charge(cost: bounded("no answer came after the request was sent")), nil)
        case .complete, .brokenOff: break
        }
        guard var usage = summary.usage ?? usageAsAsked(summary) else {
            let what =
                summary.isComplete ? "the answer reports no usage" : "the answer broke off before its usage"
            return (Charge(cost: estimated(what, from: summary)), nil)
        }
        // The tier that was served decides; if the answer names none, the one that was asked for.
        usage.serviceTier = usage.serviceTier ?? quote.serviceTier
        let counted = Set(usage.meters.map(\.unit))
        usage.meters += quote.meters.filter { !counted.contains($0.unit) }
        guard let price = price(ofExecuted: summary.executedModel) else {
            let model = summary.executedModel ?? quote.model
            return (
                Charge(cost: .unknown(reason: "'\(model)' of \(hold.subject.provider) has no price")), nil
            )
        }
        if let reason = gap(in: usage, price) {
            return (Charge(cost: estimated(reason, from: summary)), price)
        }
        let charge = price.charge(for: usage)
        if summary.isProvisional { return (atMost(charge.cost), price) }
        // Reports may be cumulative: what came before a cut is the least, not the whole.
        return (summary.isComplete ? charge : atLeast(charge.cost), price)
    }

    /// What an answer cost that broke off after it had reported this much.
    private func atLeast(_ reported: Cost) -> Charge {
        let least: Money
        switch reported {
        case .exact(let amount): least = amount
        case .estimated(let lower, _, _): least = lower
        case .unknown: return Charge(cost: reported)
        }
        let reason = "the answer broke off after a report of its usage"
        guard let upper = bound else { return Charge(cost: .unknown(reason: reason)) }
        let most = max(reported.upperBound ?? least, upper)
        return Charge(cost: .estimated(lower: least, upper: most, reason: reason))
    }

    /// The most that it can cost; nil if that isn't known.
    var bound: Money? { hold.isCapped ? nil : hold.upperBound }

    /// Nothing is known but the bound that was reserved. What was seen of the text is no lower bound: tokens
    /// are not characters, and an estimate that claims more than it knows is worse than a wide one.
    func bounded(_ reason: String) -> Cost {
        guard let upper = bound else { return .unknown(reason: reason) }
        return .estimated(lower: .zero, upper: upper, reason: reason)
    }

    /// The price of the model that ran, or of the one that was asked for if that is a dated snapshot of it.
    func price(ofExecuted executed: String?) -> Price? {
        prices.price(
            ofExecuted: executed, asked: quote.model, provider: hold.subject.provider, region: region,
            at: hold.openedAt)
    }
}
