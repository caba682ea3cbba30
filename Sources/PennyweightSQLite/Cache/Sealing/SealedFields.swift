/// Values as bytes, each behind its kind and length, so that no two lists share one text; and back.
struct SealedFields {
    private(set) var bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8] = []) {
        self.bytes = bytes
    }

    /// What follows the values that were read.
    var rest: [UInt8] { Array(bytes[position...]) }

    mutating func append(_ value: SQLValue) {
        switch value {
        case .null: bytes.append(0)
        case .integer(let number):
            bytes.append(1)
            append(UInt64(bitPattern: number))
        case .text(let text):
            bytes.append(2)
            append(UInt64(text.utf8.count))
            bytes += text.utf8
        case .bytes(let blob):
            bytes.append(3)
            append(UInt64(blob.count))
            bytes += blob
        }
    }

    /// The next value; nil if there is none.
    mutating func next() -> SQLValue? {
        guard position < bytes.count else { return nil }
        position += 1
        switch bytes[position - 1] {
        case 0: return .null
        case 1: return number().map { .integer(Int64(bitPattern: $0)) }
        case 2: return counted().map { .text(String(decoding: $0, as: UTF8.self)) }
        case 3: return counted().map { .bytes(Array($0)) }
        default: return nil
        }
    }

    private mutating func append(_ number: UInt64) {
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    private mutating func number() -> UInt64? {
        guard bytes.count - position >= 8 else { return nil }
        defer { position += 8 }
        return bytes[position..<position + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func counted() -> ArraySlice<UInt8>? {
        guard let count = number().flatMap({ Int(exactly: $0) }), count <= bytes.count - position else {
            return nil
        }
        defer { position += count }
        return bytes[position..<position + count]
    }
}
