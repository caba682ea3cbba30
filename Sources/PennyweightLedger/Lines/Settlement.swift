public import PennyweightTime

/// How one attempt ended and what it cost: the one line that closes a ``Hold``.
public struct Settlement: Sendable, Hashable {
    public let holdID: SortableID
    public var outcome: Outcome
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
    /// When the first generated text, audio or image arrived; nil if none did.
    public let firstTokenAt: Timestamp?
    /// Characters of generated text that were seen; nil if nobody counted.
    public let characters: Int64?
    public let settledAt: Timestamp

    public init(
        holdID: SortableID, outcome: Outcome, cost: Cost, items: [LineItem] = [], usage: Usage? = nil,
        executedModel: String? = nil, priceVersion: String? = nil, status: Int? = nil,
        firstByteAt: Timestamp? = nil, firstTokenAt: Timestamp? = nil, characters: Int64? = nil,
        settledAt: Timestamp
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
        self.firstTokenAt = firstTokenAt
        self.characters = characters
        self.settledAt = settledAt
    }
}
