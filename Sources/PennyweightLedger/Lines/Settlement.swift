public import PennyweightTime

/// How one attempt ended and what it cost: the one line that closes a ``Hold``.
public struct Settlement: Sendable, Hashable {
    public let holdID: SortableID
    public let outcome: Outcome
    public let cost: Cost
    /// Count, unit and unit price, item by item; their amounts add up to an exact cost. Empty if there is no
    /// price.
    public let items: [LineItem]
    public let usage: Usage?
    /// The model that really ran, as the answer says; nil if there was no answer.
    public let executedModel: String?
    /// The version of the price that was used; nil if there was none.
    public let priceVersion: String?
    /// The HTTP status; nil if no answer came.
    public let status: Int?
    /// When the head of the answer arrived; nil if it didn't.
    public let firstByteAt: Timestamp?
    public let settledAt: Timestamp

    public init(
        holdID: SortableID, outcome: Outcome, cost: Cost, items: [LineItem] = [], usage: Usage? = nil,
        executedModel: String? = nil, priceVersion: String? = nil, status: Int? = nil,
        firstByteAt: Timestamp? = nil, settledAt: Timestamp
    ) {
        self.holdID = holdID
        self.outcome = outcome
        self.cost = cost
        self.items = items
        self.usage = usage
        self.executedModel = executedModel
        self.priceVersion = priceVersion
        self.status = status
        self.firstByteAt = firstByteAt
        self.settledAt = settledAt
    }
}

/// How an attempt ended.
public enum Outcome: String, Sendable, Hashable, CaseIterable {
    /// The caller got this attempt's answer, or as much of it as it wanted.
    case served
    /// The provider answered with an error status, which it doesn't charge.
    case refused
    /// It is proven that the request never left.
    case neverSent = "never-sent"
    /// The exchange broke off, or the process died: what happened upstream is not known.
    case abandoned
}

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
