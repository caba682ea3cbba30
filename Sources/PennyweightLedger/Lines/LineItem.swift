/// One priced part of a line: `count` units at `unitPrice` each.
public struct LineItem: Sendable, Hashable {
    public let unit: Unit
    /// What distinguishes prices of one unit: `high/1024x1024`, `720p`.
    public let variant: String?
    public let count: Int64
    public let unitPrice: Money
    /// `count` times `unitPrice`.
    public let amount: Money

    /// Throws ``MoneyOverflow`` if the amount doesn't fit.
    public init(unit: Unit, variant: String? = nil, count: Int64, unitPrice: Money) throws {
        self.unit = unit
        self.variant = variant
        self.count = count
        self.unitPrice = unitPrice
        amount = try unitPrice.times(count)
    }
}
