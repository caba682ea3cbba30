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
        var firstByteAt: Timestamp
        var summary = UsageSummary()
    }

    let hold: Hold
    let quote: Quote
    let prices: PriceBook

    /// The line that closes the hold.
    func settlement(_ ending: Ending, answer: Answer?, at now: Timestamp) -> Settlement {
        let summary = answer?.summary ?? UsageSummary()
        let (charge, price) = charge(ending, summary)
        return Settlement(
            holdID: hold.id, outcome: outcome(ending, summary), cost: charge.cost, items: charge.items,
            usage: summary.usage, executedModel: summary.executedModel, priceVersion: price?.version,
            status: answer?.status, firstByteAt: answer?.firstByteAt, settledAt: now)
    }

    private func outcome(_ ending: Ending, _ summary: UsageSummary) -> Outcome {
        switch ending {
        case .neverSent: .neverSent
        case .refused: .refused
        case .complete: .served
        case .unanswered: .abandoned
        // Who stops after the format's own end has got the whole answer.
        case .brokenOff: summary.isComplete ? .served : .abandoned
        }
    }

    private func charge(_ ending: Ending, _ summary: UsageSummary) -> (Charge, Price?) {
        switch ending {
        case .neverSent, .refused: return (Charge(cost: .nothing), nil)
        case .unanswered: return (Charge(cost: bounded("no answer came after the request was sent")), nil)
        case .complete, .brokenOff: break
        }
        guard var usage = summary.usage else {
            let what =
                ending == .complete ? "the answer reports no usage" : "the answer broke off before its usage"
            return (Charge(cost: bounded(what)), nil)
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
        let charge = price.charge(for: usage)
        // Reports may be cumulative: what came before a cut is the least, not the whole.
        let isPartial = ending == .brokenOff && !summary.isComplete
        return (isPartial ? atLeast(charge.cost) : charge, price)
    }

    /// What an answer cost that broke off after it had reported this much.
    private func atLeast(_ reported: Cost) -> Charge {
        guard let lower = reported.exactAmount else { return Charge(cost: reported) }
        let reason = "the answer broke off after a report of its usage"
        guard let upper = hold.upperBound else { return Charge(cost: .unknown(reason: reason)) }
        return Charge(cost: .estimated(lower: lower, upper: max(lower, upper), reason: reason))
    }

    /// Nothing is known but the bound that was reserved. What was seen of the text is no lower bound: tokens
    /// are not characters, and an estimate that claims more than it knows is worse than a wide one.
    private func bounded(_ reason: String) -> Cost {
        guard let upper = hold.upperBound else { return .unknown(reason: reason) }
        return .estimated(lower: .zero, upper: upper, reason: reason)
    }

    /// The price of the model that ran. If that has none, the price of the model that was asked for, but only
    /// if the executed one is a dated snapshot of it: `gpt-4o-2024-08-06` for `gpt-4o`, never `gpt-4o-mini`.
    private func price(ofExecuted executed: String?) -> Price? {
        let price = { prices.price(of: $0, provider: hold.subject.provider, at: hold.openedAt) }
        guard let executed, executed != quote.model else { return price(quote.model) }
        if let exact = price(executed) { return exact }
        return Attempt.isSnapshot(executed, of: quote.model) ? price(quote.model) : nil
    }

    /// True if a name is another one followed by a date or a number of at least four digits: `-2024-08-06`,
    /// `-0613`.
    static func isSnapshot(_ name: String, of model: String) -> Bool {
        guard name.hasPrefix(model), !model.isEmpty else { return false }
        let rest = name.utf8.dropFirst(model.utf8.count)
        let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
        return rest.first == UInt8(ascii: "-") && rest.filter(isDigit).count >= 4
            && rest.allSatisfy { isDigit($0) || $0 == UInt8(ascii: "-") }
    }
}
