internal import PennyweightLedger
internal import PennyweightTime

/// The rates of one model, collected table by table in any order.
struct PriceTables {
    /// Which table a rate belongs to.
    struct Place: Hashable {
        var region: String?
        var aboveInputTokens: Int64?
        var serviceTier: String?
    }

    private(set) var tables: [Place: [Rates.Key: Money]] = [:]
    var included: Set<Unit> = []
    /// Of the base, not of a region.
    var offPeak: OffPeak?

    /// The base table.
    var base: [Rates.Key: Money] { tables[Place()] ?? [:] }

    /// Puts a rate into its table; false if there is another one.
    @discardableResult
    mutating func add(_ amount: Money, for key: Rates.Key, at place: Place = Place()) -> Bool {
        if let known = tables[place]?[key], known != amount { return false }
        tables[place, default: [:]][key] = amount
        return true
    }

    /// Takes a rate out of the base, and returns it.
    @discardableResult
    mutating func remove(_ key: Rates.Key) -> Money? { tables[Place()]?.removeValue(forKey: key) }

    /// Takes all tables of another model over as those of a region.
    mutating func adopt(_ other: PriceTables, asRegion region: String) {
        for (place, rates) in other.tables where place.region == nil {
            var place = place
            place.region = region
            tables[place] = rates
        }
    }

    /// A price of these tables, which the overlay's reader gives its version; nil without a base.
    func price(from day: CalendarDay, source: String, retrieved: CalendarDay) -> Price? {
        guard let tariff = tariff(nil) else { return nil }
        var regions: [String: Tariff] = [:]
        for region in Set(tables.keys.compactMap(\.region)) { regions[region] = self.tariff(region) }
        return Price(
            version: "import", effectiveFrom: day, source: source, retrieved: retrieved, tariff: tariff,
            regions: regions, included: included)
    }

    private func tariff(_ region: String?) -> Tariff? {
        guard let base = tables[Place(region: region)], !base.isEmpty else { return nil }
        let thresholds = Set(tables.keys.filter { $0.region == region }.compactMap(\.aboveInputTokens))
        let context = thresholds.sorted().map { above in
            let rates = tables[Place(region: region, aboveInputTokens: above)] ?? [:]
            return ContextTier(
                aboveInputTokens: above, rates: Rates(rates), serviceTiers: serviceTiers(region, above))
        }
        return Tariff(
            rates: Rates(base), contextTiers: context, serviceTiers: serviceTiers(region, nil),
            offPeak: region == nil ? offPeak : nil)
    }

    private func serviceTiers(_ region: String?, _ above: Int64?) -> [String: Rates] {
        var tiers: [String: Rates] = [:]
        for (place, rates) in tables where place.region == region && place.aboveInputTokens == above {
            if let tier = place.serviceTier { tiers[tier] = Rates(rates) }
        }
        return tiers
    }
}
