public import PennyweightTime

/// What a model costs from one day on.
///
/// A call is priced by the tables of one ``Tariff``: that of its region if the price lists regions, else the
/// base. Regions are tables inside a price, and not models of their own, because they begin and end with it,
/// share its names and limits, and because only a price that lists its regions can tell a region that costs
/// the same from one that nobody knows.
public struct Price: Sendable, Hashable {
    /// The identity that every ledger line stores: version of the book, provider, model, and first day.
    ///
    /// `2026-11-22/openai/gpt-4o-mini@2024-07-18`; a regional or off-peak price says so at its end, and one
    /// that an overlay made or changed names the overlay: `2026-11-22+acme-0f3c…/openai/…`.
    public internal(set) var version: String
    /// The first day, in UTC, on which it holds. It ends when the next price of the model begins.
    public internal(set) var effectiveFrom: CalendarDay
    /// Where the figures come from: `litellm 1.109.1`.
    public internal(set) var source: String
    /// When they were taken from there.
    public let retrieved: CalendarDay
    /// What holds without a region. ``at(_:)`` applies its off-peak hours.
    public internal(set) var tariff: Tariff
    /// What holds in single regions (`us`, `eu`, `eu-west-1`), each a whole tariff: nothing is taken from the
    /// base. Empty if the price is the same in all.
    public internal(set) var regions: [String: Tariff]
    /// Units that this price pays for with tokens: an image whose tokens are priced is not charged again.
    public let included: Set<Unit>
    /// The most tokens that one answer can have; nil if not known.
    public internal(set) var outputLimit: Int64?
    /// The most tokens that one prompt can have, its media included: the context window; nil if not known.
    public internal(set) var inputLimit: Int64?

    public init(
        version: String, effectiveFrom: CalendarDay, source: String, retrieved: CalendarDay, tariff: Tariff,
        regions: [String: Tariff] = [:], included: Set<Unit> = [], outputLimit: Int64? = nil,
        inputLimit: Int64? = nil
    ) {
        self.version = version
        self.effectiveFrom = effectiveFrom
        self.source = source
        self.retrieved = retrieved
        self.tariff = tariff
        self.regions = regions
        self.included = included
        self.outputLimit = outputLimit
        self.inputLimit = inputLimit
    }

    /// Makes the tariff of its tables; a price that is the same in all regions.
    public init(
        version: String, effectiveFrom: CalendarDay, source: String, retrieved: CalendarDay, rates: Rates,
        contextTiers: [ContextTier] = [], serviceTiers: [String: Rates] = [:], included: Set<Unit> = [],
        offPeak: OffPeak? = nil, outputLimit: Int64? = nil, inputLimit: Int64? = nil
    ) {
        self.init(
            version: version, effectiveFrom: effectiveFrom, source: source, retrieved: retrieved,
            tariff: Tariff(
                rates: rates, contextTiers: contextTiers, serviceTiers: serviceTiers, offPeak: offPeak),
            included: included, outputLimit: outputLimit, inputLimit: inputLimit)
    }

    /// What holds without a context tier and a service tier.
    public var rates: Rates { tariff.rates }
    /// By threshold, lowest first.
    public var contextTiers: [ContextTier] { tariff.contextTiers }
    /// The rates of `batch`, `flex`, `priority` and others, each a whole table.
    public var serviceTiers: [String: Rates] { tariff.serviceTiers }
    /// Cheaper hours; nil if all hours cost the same.
    public var offPeak: OffPeak? { tariff.offPeak }

    /// The price in a region: itself without one or if it lists none, the listed one with a version of its
    /// own, and nil for a region that a price with regions doesn't list, which is not the base.
    public func inRegion(_ region: String?) -> Price? {
        guard let region, !regions.isEmpty else { return self }
        guard let tariff = regions[region] else { return nil }
        var price = self
        price.version = "\(version)/\(region)"
        price.tariff = tariff
        price.regions = [:]
        return price
    }

    /// True if whatever the price lists costs nothing, so that a missing report doesn't matter.
    var isFree: Bool {
        rates.amounts.values.allSatisfy { $0 == .zero } && contextTiers.isEmpty && serviceTiers.isEmpty
            && offPeak == nil
    }

    /// True if the model is paid for by the token, and so has to report its tokens.
    public var countsTokens: Bool { rates.amounts.keys.contains { $0.unit.isToken } }
}
