public import PennyweightTime

/// What part of a list price is paid, for one model, one provider, or everything.
///
/// Discounts don't add up: of those that hold, the most exact one counts (provider and model, then model,
/// then provider, then all), and of two of these the one that began later.
public struct Discount: Sendable, Hashable {
    /// Nil for every provider.
    public let provider: String?
    /// The id or an alias; nil for every model.
    public let model: String?
    /// What is paid: 85/100 of the list price.
    public let pays: Ratio
    /// The first day, in UTC; nil if it has always held. One that pays 1/1 from a day on ends another.
    public let effectiveFrom: CalendarDay?
    /// Where it stands in its file, counted from 1.
    let line: Int

    /// True if it holds for a model.
    func covers(_ model: PricedModel) -> Bool {
        if let provider, provider != model.provider { return false }
        guard let name = self.model else { return true }
        return name == model.id || model.aliases.contains(name)
    }

    /// How exactly it names what it is for.
    var exactness: Int { (model == nil ? 0 : 2) + (provider == nil ? 0 : 1) }

    /// True if the other one is for the same, from the same day on.
    func contradicts(_ other: Discount) -> Bool {
        provider == other.provider && model == other.model && effectiveFrom == other.effectiveFrom
    }

    /// The price with every rate multiplied, exactly.
    ///
    /// Throws a ``PriceBookError`` that names the first rate of the base, or of the given region, that has no
    /// whole number of pico-dollars. Another region with such a rate is left out: it has no price then.
    func applied(
        to price: Price, of model: PricedModel, region: String?
    ) throws(PriceBookError) -> Price {
        var reduced = price
        let change = { (rates: Rates) throws(PriceBookError) -> Rates in
            try self.applied(to: rates, of: model)
        }
        reduced.tariff = try price.tariff.mapTables(change)
        for (name, tariff) in price.regions {
            do {
                reduced.regions[name] = try tariff.mapTables(change)
            } catch {
                if name == region { throw error }
                reduced.regions[name] = nil
            }
        }
        reduced.source = "\(price.source) × \(pays)"
        return reduced
    }

    private func applied(to rates: Rates, of model: PricedModel) throws(PriceBookError) -> Rates {
        var amounts: [Rates.Key: Money] = [:]
        for (key, amount) in rates.sorted {
            guard let part = pays.of(amount) else {
                throw PriceBookError(
                    line: line, model: model.id, field: key.name,
                    problem: "\(pays) of \(amount) a unit is no whole number of pico-dollars, and nothing is "
                        + "rounded; give this model a price of its own under \"models\", or another discount")
            }
            amounts[key] = part
        }
        return Rates(amounts)
    }
}
