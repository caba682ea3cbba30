internal import PennyweightLedger
internal import PennyweightTime

/// A value on its way into a statement.
enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])

    static func of(_ number: Int64?) -> SQLValue { number.map(SQLValue.integer) ?? .null }
    static func of(_ number: Int?) -> SQLValue { .of(number.map(Int64.init)) }
    static func of(_ text: String?) -> SQLValue { text.map(SQLValue.text) ?? .null }
    static func of(_ bytes: [UInt8]?) -> SQLValue { bytes.map(SQLValue.bytes) ?? .null }
    static func of(_ id: SortableID) -> SQLValue { .bytes(id.bytes) }
    static func of(_ time: Timestamp?) -> SQLValue { .of(time?.nanoseconds) }
    static func of(_ money: Money?) -> SQLValue { .of(money?.picos) }
}
