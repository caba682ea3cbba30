/// What single units cost: one table of a ``Price``.
///
/// A rate without a variant holds for every variant that has no rate of its own. A table says nothing
/// about a unit that it doesn't list, with one exception: reasoning tokens without a rate cost what
/// output tokens cost, because every provider bills reasoning as output. Nothing else is inherited: a
/// cached token, an audio token or an image token without a rate has no price.
///
/// Variants of a class of tokens (`cached_input_token:audio`, `cache_write_token:12h`) are known prices that
/// most usage reports can't tell apart. They count for upper bounds, and those of cached audio and images for
/// the span of a prompt that is partly cached and partly of other media than text.
public struct Rates: Sendable, Hashable {
    /// What a rate is for.
    public struct Key: Sendable, Hashable {
        public let unit: Unit
        /// What distinguishes prices of one unit: `high/1024x1024`, `1080p`; nil for all others.
        public let variant: String?

        public init(_ unit: Unit, variant: String? = nil) {
            self.unit = unit
            self.variant = variant
        }

        /// As in a price file: `input_token`, `image:high/1024x1024`.
        public var name: String { unit.rawValue + (variant.map { ":\($0)" } ?? "") }
    }

    /// The price of a single unit: of one token, not of a million.
    public let amounts: [Key: Money]

    public init(_ amounts: [Key: Money]) {
        self.amounts = amounts
    }

    /// A table without variants.
    public init(_ amounts: [Unit: Money]) {
        self.amounts = [Key: Money](uniqueKeysWithValues: amounts.map { (Key($0.key), $0.value) })
    }

    /// The rates in the order of the units, and of their variants.
    public var sorted: [(key: Key, amount: Money)] {
        let places = Dictionary(uniqueKeysWithValues: Unit.allCases.enumerated().map { ($1, $0) })
        return amounts.map { (key: $0.key, amount: $0.value) }.sorted { left, right in
            let (leftPlace, rightPlace) = (places[left.key.unit] ?? 0, places[right.key.unit] ?? 0)
            return leftPlace == rightPlace
                ? (left.key.variant ?? "") < (right.key.variant ?? "") : leftPlace < rightPlace
        }
    }

    /// True if the table lists nothing.
    public var isEmpty: Bool { amounts.isEmpty }

    /// What one unit costs; nil if the table doesn't say, or if a unit without a variant has several
    /// prices.
    public func amount(of unit: Unit, variant: String? = nil) -> Money? {
        if unit.isToken { return tokenAmount(of: unit) }
        if let variant { return amounts[Key(unit, variant: variant)] ?? amounts[Key(unit)] }
        let candidates = Set(amounts.filter { $0.key.unit == unit }.values)
        return candidates.count == 1 ? candidates.first : nil
    }

    /// The most that one unit can cost by this table; nil if the table doesn't say.
    func greatest(of unit: Unit, variant: String?) -> Money? {
        if variant != nil { return amount(of: unit, variant: variant) }
        return amounts.filter { $0.key.unit == unit }.values.max()
    }

    /// The most that a token of these classes can cost, whatever its variant; nil without a rate.
    func greatest(of units: Set<Unit>) -> Money? {
        amounts.filter { units.contains($0.key.unit) }.values.max()
    }

    /// True if the table lists a price for just this variant.
    func lists(_ unit: Unit, variant: String) -> Bool { amounts[Key(unit, variant: variant)] != nil }

    /// What a token costs that is known to be of a variant.
    func tokenAmount(of unit: Unit, variant: String?) -> Money? {
        if let variant, let own = amounts[Key(unit, variant: variant)] { return own }
        return tokenAmount(of: unit)
    }

    private func tokenAmount(of unit: Unit) -> Money? {
        amounts[Key(unit)] ?? (unit == .reasoningToken ? amounts[Key(.outputToken)] : nil)
    }
}
