/// Every table that can hold for one call: the base, and those by context, service tier and hour.
public struct Tariff: Sendable, Hashable {
    /// What holds without a context tier and a service tier.
    public let rates: Rates
    /// By threshold, lowest first.
    public let contextTiers: [ContextTier]
    /// The rates of `batch`, `flex`, `priority` and others, each a whole table: nothing is taken
    /// from the base.
    public let serviceTiers: [String: Rates]
    /// Cheaper hours; nil if all hours cost the same.
    public let offPeak: OffPeak?

    /// Sorts the context tiers by their threshold.
    public init(
        rates: Rates, contextTiers: [ContextTier] = [], serviceTiers: [String: Rates] = [:],
        offPeak: OffPeak? = nil
    ) {
        self.rates = rates
        self.contextTiers = contextTiers.sorted { $0.aboveInputTokens < $1.aboveInputTokens }
        self.serviceTiers = serviceTiers
        self.offPeak = offPeak
    }

    /// Every table with its name, the base first: `context>200000`, `batch`, `off-peak`; the base has none.
    public var tables: [(name: String?, rates: Rates)] {
        var tables: [(name: String?, rates: Rates)] = [(nil, rates)]
        tables += Tariff.named(serviceTiers, below: nil)
        for tier in contextTiers {
            let name = "context>\(tier.aboveInputTokens)"
            tables.append((name, tier.rates))
            tables += Tariff.named(tier.serviceTiers, below: name)
        }
        if let offPeak { tables.append(("off-peak", offPeak.rates)) }
        return tables
    }

    /// The same tariff with each table changed.
    func mapTables(_ change: (Rates) throws(PriceBookError) -> Rates) throws(PriceBookError) -> Tariff {
        var context: [ContextTier] = []
        for tier in contextTiers {
            context.append(
                ContextTier(
                    aboveInputTokens: tier.aboveInputTokens, rates: try change(tier.rates),
                    serviceTiers: try Tariff.mapTables(tier.serviceTiers, change)))
        }
        var hours: OffPeak?
        if let offPeak { hours = OffPeak(windows: offPeak.windows, rates: try change(offPeak.rates)) }
        return Tariff(
            rates: try change(rates), contextTiers: context,
            serviceTiers: try Tariff.mapTables(serviceTiers, change), offPeak: hours)
    }

    private static func mapTables(
        _ tables: [String: Rates], _ change: (Rates) throws(PriceBookError) -> Rates
    ) throws(PriceBookError) -> [String: Rates] {
        var changed: [String: Rates] = [:]
        for (name, rates) in tables { changed[name] = try change(rates) }
        return changed
    }

    private static func named(
        _ tables: [String: Rates], below name: String?
    ) -> [(name: String?, rates: Rates)] {
        tables.sorted { $0.key < $1.key }.map { tier, rates in
            ([name, tier].compactMap(\.self).joined(separator: " "), rates)
        }
    }
}
