extension Price {
    /// What this usage costs.
    ///
    /// Exact only if the usage is a full report and each counted unit has a rate; otherwise unknown, with
    /// the unit that is missing. A count of zero needs no rate. The context tier follows from all tokens
    /// of the prompt. The service tiers `default`, `auto`, `standard` and none are the base, and `fast`
    /// is another name of `priority`; a tier that the price doesn't list is unknown, not the base.
    ///
    /// A report with cached tokens and with audio or images may count a cached audio token as both. Where
    /// the price depends on how many those are, the cost is estimated between the cheapest and the dearest
    /// reading.
    public func charge(for usage: Usage) -> Charge {
        guard let tables = tables(for: usage) else {
            return .unknown("the service tier '\(usage.serviceTier ?? "")' has no price in \(version)")
        }
        if let gap = gap(in: usage) { return .unknown(gap) }
        let readings: [[TokenCount]]
        if let tokens = usage.tokens {
            guard let possible = tokens.readings else {
                return .unknown("the token counts are incomplete or don't add up")
            }
            readings = possible
        } else {
            readings = [[]]
        }
        do {
            var charges: [Charge] = []
            for counts in readings { charges.append(try charge(counts, usage, tables)) }
            return Charge.spanning(charges)
        } catch {
            return .unknown("\(error)")
        }
    }

    /// What one reading of the tokens costs, with everything else.
    private func charge(
        _ counts: [TokenCount], _ usage: Usage, _ tables: (tokens: Rates, meters: Rates)
    ) throws -> Charge {
        var items: [LineItem] = []
        for count in TokenCount.merged(counts, as: tables.tokens) {
            guard let rate = tables.tokens.tokenAmount(of: count.unit, variant: count.variant) else {
                return .unknown(missing(count.unit, nil))
            }
            items.append(
                try LineItem(unit: count.unit, variant: count.variant, count: count.count, unitPrice: rate))
        }
        for meter in usage.meters where meter.count > 0 && !isIncluded(meter.unit, in: usage) {
            guard let rate = tables.meters.amount(of: meter.unit, variant: meter.variant) else {
                return .unknown(missing(meter.unit, meter.variant))
            }
            items.append(
                try LineItem(unit: meter.unit, variant: meter.variant, count: meter.count, unitPrice: rate))
        }
        return Charge(cost: .exact(try items.reduce(.zero) { try $0.adding($1.amount) }), items: items)
    }

    /// The table of tokens that holds for a service tier and so many tokens of prompt, and the one for all
    /// else; nil if the tier has none.
    public func tables(
        serviceTier: String?, inputTokens: Int64
    ) -> (tokens: Rates, meters: Rates)? {
        let context = contextTiers.last { inputTokens > $0.aboveInputTokens }
        guard let tier = Price.serviceTier(named: serviceTier) else {
            return (context?.rates ?? rates, rates)
        }
        guard let meters = serviceTiers[tier] else { return nil }
        guard let context else { return (meters, meters) }
        return context.serviceTiers[tier].map { ($0, meters) }
    }

    private func tables(for usage: Usage) -> (tokens: Rates, meters: Rates)? {
        tables(serviceTier: usage.serviceTier, inputTokens: usage.tokens?.input ?? 0)
    }

    /// Why the usage can't be priced, whatever the rates; nil if it can.
    private func gap(in usage: Usage) -> String? {
        if usage.meters.contains(where: { $0.count < 0 || $0.unit.isToken }) {
            return "the usage has a count that is negative or not a meter"
        }
        guard let tokens = usage.tokens else {
            if isFree { return nil }
            if countsTokens { return "the usage has no tokens, which \(version) charges by" }
            let isMetered = usage.meters.contains { meter in
                rates.amounts.keys.contains { $0.unit == meter.unit }
            }
            return isMetered ? nil : "the usage has nothing that \(version) charges by"
        }
        if tokens.input == nil || tokens.output == nil {
            return "the token counts are incomplete or don't add up"
        }
        if !countsTokens && usage.meters.isEmpty { return "the usage has nothing that \(version) charges by" }
        return nil
    }

    private func isIncluded(_ unit: Unit, in usage: Usage) -> Bool {
        included.contains(unit) && usage.tokens != nil
    }

    private func missing(_ unit: Unit, _ variant: String?) -> String {
        "\(unit.rawValue)\(variant.map { ":\($0)" } ?? "") has no price in \(version)"
    }

    /// The name under which a tier is listed; nil for the base.
    private static func serviceTier(named name: String?) -> String? {
        switch name {
        case nil, "default", "auto", "standard": nil
        case "fast": "priority"
        default: name
        }
    }
}
