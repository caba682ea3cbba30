extension Price {
    /// The most that a call can cost with at most this many tokens and these meters; nil without a bound.
    ///
    /// Each token costs what the dearest class of its side costs in any service tier, at any hour, and in
    /// any context tier that the prompt can reach, so that what is settled is never more. Without
    /// `outputTokens` the model's own limit counts, for each of the `choices` (nil: nobody knows how many),
    /// and without `inputTokens` its context window, for each of the `prompts`. `addedOutputTokens` are
    /// billed as output beside what the model generates. A meter without a
    /// variant costs what its dearest variant costs. Nil, too, if the amount is beyond what one line can
    /// hold.
    public func upperBound(
        inputTokens: Int64?, outputTokens: Int64?, choices: Int64? = 1, prompts: Int64? = 1,
        addedOutputTokens: Int64 = 0, meters: [Usage.Meter]
    ) -> Money? {
        let tables = tables(upTo: inputTokens)
        let input = inputTokens ?? Price.product(inputLimit, prompts)
        let output = Price.sum(outputTokens ?? Price.product(outputLimit, choices), addedOutputTokens)
        let sides: [(count: Int64?, units: Set<Unit>)] = [
            (input, Unit.inputSide), (output, Unit.outputSide),
        ]
        do {
            var total = Money.zero
            if countsTokens {
                for side in sides {
                    guard let most = try bound(side.count, side.units, tables) else { return nil }
                    total = try total.adding(most)
                }
            }
            for meter in meters where meter.count != 0 && !(included.contains(meter.unit) && countsTokens) {
                let rate = tables.compactMap { $0.greatest(of: meter.unit, variant: meter.variant) }.max()
                guard let rate, meter.count > 0 else { return nil }
                total = try total.adding(rate.times(meter.count))
            }
            return total
        } catch {
            return nil
        }
    }

    /// The most tokens that so many answers or prompts can have together; nil if that is not known.
    private static func product(_ limit: Int64?, _ count: Int64?) -> Int64? {
        guard let limit, let count else { return nil }
        let (tokens, overflow) = limit.multipliedReportingOverflow(by: count)
        return overflow ? nil : tokens
    }

    private static func sum(_ tokens: Int64?, _ added: Int64) -> Int64? {
        guard let tokens else { return nil }
        let (sum, overflow) = tokens.addingReportingOverflow(added)
        return overflow ? nil : sum
    }

    /// The most that one side's tokens can cost; zero if there is neither a rate nor a count for that side.
    private func bound(_ count: Int64?, _ units: Set<Unit>, _ tables: [Rates]) throws -> Money? {
        let rate = tables.compactMap { $0.greatest(of: units) }.max()
        if count == 0 || rate == .zero { return .zero }
        guard let count else { return rate == nil ? .zero : nil }
        guard let rate, count > 0 else { return nil }
        return try rate.times(count)
    }

    /// Every table that can hold for a prompt of at most this many tokens.
    private func tables(upTo inputTokens: Int64?) -> [Rates] {
        let reachable = contextTiers.filter { $0.aboveInputTokens < inputTokens ?? .max }
        return [rates] + [offPeak?.rates].compactMap(\.self) + serviceTiers.values
            + reachable.flatMap { [$0.rates] + $0.serviceTiers.values }
    }
}

extension Unit {
    /// The classes that a token of the prompt can be in.
    static let inputSide: Set<Unit> = [
        .inputToken, .cachedInputToken, .cacheWriteToken, .cacheWriteHourToken, .audioInputToken,
        .imageInputToken,
    ]
    /// The classes that a generated token can be in.
    static let outputSide: Set<Unit> = [.outputToken, .reasoningToken, .audioOutputToken, .imageOutputToken]
}
