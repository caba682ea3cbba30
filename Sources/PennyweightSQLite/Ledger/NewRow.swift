internal import PennyweightLedger
internal import PennyweightTime

/// A row on its way into a table of the ledger: each value goes into the bytes that the chain of digests
/// covers, and from there into the statement.
struct NewRow: ~Copyable {
    private var binding: Binding
    private let bytes: RowBytes

    init(_ statement: Statement, _ bytes: RowBytes) {
        binding = Binding(statement)
        self.bytes = bytes
        bytes.beginRow(statement.valueCount)
    }

    mutating func put(_ number: Int64?) {
        bytes.put(number)
        binding.put(number)
    }

    mutating func put(_ text: String?) {
        guard var text else { return put(nil as Int64?) }
        let found = text.withUTF8 { bytes.put(LedgerChain.textMark, UnsafeRawBufferPointer($0)) }
        binding.put(text: found, at: binding.leavePlace())
    }

    mutating func put(_ raw: [UInt8]?) {
        guard let raw else { return put(nil as Int64?) }
        let found = raw.withUnsafeBytes { bytes.put(LedgerChain.bytesMark, $0) }
        binding.put(bytes: found, at: binding.leavePlace())
    }

    mutating func put(_ id: SortableID) {
        let halves = (id.high.bigEndian, id.low.bigEndian)
        let found = withUnsafeBytes(of: halves) { bytes.put(LedgerChain.bytesMark, $0) }
        binding.put(bytes: found, at: binding.leavePlace())
    }

    mutating func put(_ value: SQLValue) {
        switch value {
        case .null: put(nil as Int64?)
        case .integer(let number): put(number)
        case .text(let text): put(text)
        case .bytes(let bytes): put(bytes)
        }
    }

    mutating func put(_ number: Int?) { put(number.map(Int64.init)) }
    mutating func put(_ time: Timestamp?) { put(time?.nanoseconds) }
    mutating func put(_ money: Money?) { put(money?.picos) }

    /// Writes the row. False if the statement leaves out what is there, and it was.
    func write() throws -> Bool { try binding.run() == 1 }
}
