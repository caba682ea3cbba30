extension Price {
    /// What this usage costs.
    ///
    /// Exact only if the usage is a full report and each counted unit has a rate; otherwise unknown, with
    /// the unit that is missing. A count of zero needs no rate. The context tier follows from all tokens
    /// of the prompt. The service tiers `default`, `auto`, `standard` and none are the base, and `fast`
    /// is another name of `priority`; a tier that the price doesn't list is unknown, not the base.
    public func charge(for usage: Usage) -> Charge {
        guard let tables = tables(for: usage) else {
            return .unknown("the service tier '\(usage.serviceTier ?? "")' has no price in \(version)")
        }
        if let gap = gap(in: usage, tables: tables) { return .unknown(gap) }
        do {
            var items: [LineItem] = []
            let classes = usage.tokens?.partition() ?? [:]
            for unit in Unit.allCases {
                guard let count = classes[unit], count > 0 else { continue }
                guard let rate = tables.tokens.amount(of: unit) else { return .unknown(missing(unit, nil)) }
                items.append(try LineItem(unit: unit, count: count, unitPrice: rate))
            }
            for meter in usage.meters where meter.count > 0 && !isIncluded(meter.unit, in: usage) {
                guard let rate = tables.meters.amount(of: meter.unit, variant: meter.variant) else {
                    return .unknown(missing(meter.unit, meter.variant))
                }
                items.append(
                    try LineItem(
                        unit: meter.unit, variant: meter.variant, count: meter.count, unitPrice: rate))
            }
            return Charge(cost: .exact(try items.reduce(.zero) { try $0.adding($1.amount) }), items: items)
        } catch {
            return .unknown("\(error)")
        }
    }

    /// The tables that hold for tokens and for everything else; nil if the service tier has none.
    private func tables(for usage: Usage) -> (tokens: Rates, meters: Rates)? {
        let input = usage.tokens?.input ?? 0
        let context = contextTiers.last { input > $0.aboveInputTokens }
        guard let tier = Price.serviceTier(named: usage.serviceTier) else {
            return (context?.rates ?? rates, rates)
        }
        guard let meters = serviceTiers[tier] else { return nil }
        guard let context else { return (meters, meters) }
        return context.serviceTiers[tier].map { ($0, meters) }
    }

    /// Why the usage can't be priced, whatever the rates; nil if it can.
    private func gap(in usage: Usage, tables: (tokens: Rates, meters: Rates)) -> String? {
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
        if tokens.partition() == nil { return "the token counts are incomplete or don't add up" }
        if !countsTokens && usage.meters.isEmpty { return "the usage has nothing that \(version) charges by" }
        let otherMedia = (tokens.audioInput ?? 0) + (tokens.imageInput ?? 0)
        if (tokens.cachedInput ?? 0) > 0, otherMedia > 0, tables.tokens.distinguishesCachedMedia {
            return
                "cached text and other cached media differ in price, and the usage doesn't tell them apart"
        }
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
