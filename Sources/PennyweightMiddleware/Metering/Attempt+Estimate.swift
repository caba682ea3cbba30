internal import PennyweightLedger

/// What is said of a cost where the answer doesn't tell it whole.
extension Attempt {
    /// The usage of an answer that reports none but is paid for by what was asked (characters to speak,
    /// images to draw): an empty one, which the quote's meters fill. Nil if that doesn't hold.
    func usageAsAsked(_ summary: UsageSummary) -> Usage? {
        guard summary.isComplete, quote.isBounded, !quote.meters.isEmpty,
            let price = price(ofExecuted: summary.executedModel), !price.countsTokens
        else { return nil }
        return Usage()
    }

    /// Why a report doesn't decide the cost though all that it lacks was bounded beforehand; nil otherwise.
    func gap(in usage: Usage, _ price: Price) -> String? {
        guard price.countsTokens, usage.tokens?.partition() == nil, bound != nil else { return nil }
        let bounded = Set(quote.meters.map(\.unit))
        guard usage.meters.allSatisfy({ $0.count == 0 || bounded.contains($0.unit) }) else { return nil }
        return usage.tokens == nil
            ? "the answer reports no tokens" : "the answer's token counts are incomplete or don't add up"
    }

    /// The bounds of an answer without usage: from what was seen of its text, by what is known of its model,
    /// up to what was reserved. The reason says by what it was estimated.
    func estimated(_ reason: String, from summary: UsageSummary) -> Cost {
        guard let calibration,
            let estimate = TokenEstimate(
                characters: summary.generatedCharacters, calibration: calibration)
        else { return bounded(reason) }
        let reason = "\(reason); \(estimate.text)"
        guard let upper = bound else { return .unknown(reason: reason) }
        let least = price(ofExecuted: summary.executedModel).map(estimate.leastCost) ?? .zero
        return .estimated(lower: min(least, upper), upper: upper, reason: reason)
    }

    /// What work costs that was accepted and isn't done: nothing if it fails.
    func atMost(_ whole: Cost) -> Charge {
        guard let upper = whole.exactAmount else { return Charge(cost: whole) }
        let reason = "the work was accepted and is not done"
        return Charge(cost: .estimated(lower: .zero, upper: upper, reason: reason))
    }
}
