internal import PennyweightLedger
internal import PennyweightTime

/// A hold as settling needs it: few and small values, because thousands are remembered (see ``OpenHolds``).
struct HoldToSettle {
    let id: SortableID
    let row: Int64
    let call: Int64
    let subject: Int64
    /// The numbers of the call's tags; nil if they have to be looked up.
    let tags: [Int64]?
    let attempt: Int
    let upperBound: Money?
    let isCapped: Bool
    let openedAt: Timestamp

    init(_ hold: Hold, row: Int64, call: Int64, subject: Int64, tags: [Int64]?) {
        id = hold.id
        self.row = row
        self.call = call
        self.subject = subject
        self.tags = tags
        attempt = hold.attempt
        upperBound = hold.upperBound
        isCapped = hold.isCapped
        openedAt = hold.openedAt
    }

    /// Reads the columns of `LedgerSchema.holdToSettle`.
    init(_ row: inout Row) throws {
        id = try row.id()
        self.row = try row.integer()
        call = try row.integer()
        subject = try row.integer()
        tags = nil
        attempt = Int(try row.integer())
        upperBound = row.optionalMoney()
        isCapped = try row.integer() == 1
        openedAt = try row.timestamp()
    }
}
