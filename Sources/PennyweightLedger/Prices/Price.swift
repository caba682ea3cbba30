public import PennyweightTime

/// What a model costs from one day on.
public struct Price: Sendable, Hashable {
    /// The identity that every ledger line stores: version of the book, provider, model, and first day.
    ///
    /// `2026-11-22/openai/gpt-4o-mini@2024-07-18`
    public let version: String
    /// The first day, in UTC, on which it holds. It ends when the next price of the model begins.
    public let effectiveFrom: CalendarDay
    /// Where the figures come from: `litellm 1.109.1`.
    public let source: String
    /// When they were taken from there.
    public let retrieved: CalendarDay
    /// What holds without a context tier and a service tier.
    public let rates: Rates
    /// By threshold, lowest first.
    public let contextTiers: [ContextTier]
    /// The rates of `batch`, `flex`, `priority` and others, each a whole table: nothing is taken
    /// from the base.
    public let serviceTiers: [String: Rates]
    /// Cheaper hours; nil if all hours cost the same. ``at(_:)`` applies them.
    public let offPeak: OffPeak?
    /// Units that this price pays for with tokens: an image whose tokens are priced is not charged again.
    public let included: Set<Unit>
    /// The most tokens that one answer can have; nil if not known.
    public let outputLimit: Int64?

    public init(
        version: String, effectiveFrom: CalendarDay, source: String, retrieved: CalendarDay, rates: Rates,
        contextTiers: [ContextTier] = [], serviceTiers: [String: Rates] = [:], included: Set<Unit> = [],
        offPeak: OffPeak? = nil, outputLimit: Int64? = nil
    ) {
        self.version = version
        self.effectiveFrom = effectiveFrom
        self.source = source
        self.retrieved = retrieved
        self.rates = rates
        self.contextTiers = contextTiers.sorted { $0.aboveInputTokens < $1.aboveInputTokens }
        self.serviceTiers = serviceTiers
        self.included = included
        self.offPeak = offPeak
        self.outputLimit = outputLimit
    }

    /// True if whatever the price lists costs nothing, so that a missing report doesn't matter.
    var isFree: Bool {
        rates.amounts.values.allSatisfy { $0 == .zero } && contextTiers.isEmpty && serviceTiers.isEmpty
            && offPeak == nil
    }

    /// True if the model is paid for by the token, and so has to report its tokens.
    public var countsTokens: Bool { rates.amounts.keys.contains { $0.unit.isToken } }
}
