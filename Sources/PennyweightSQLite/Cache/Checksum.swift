/// A 64-bit sum over several fields, each with its kind and length, so that bytes can't move from one field
/// to the next.
///
/// Each step is a bijection of the sum for a fixed word and of the word for a fixed sum: a change of one
/// word always shows. It guards against accidents, not against someone who can compute it as well.
struct Checksum {
    private var value: UInt64 = 0x243F_6A88_85A3_08D3

    /// The sum as it is stored.
    var stored: Int64 { Int64(bitPattern: value) }

    mutating func addNull() { mix(0) }

    mutating func add(_ number: Int64) {
        mix(1)
        mix(UInt64(bitPattern: number))
    }

    mutating func addText(_ bytes: UnsafeRawBufferPointer) {
        mix(2)
        add(bytes)
    }

    mutating func addBytes(_ bytes: UnsafeRawBufferPointer) {
        mix(3)
        add(bytes)
    }

    mutating func add(_ value: SQLValue) {
        switch value {
        case .null: addNull()
        case .integer(let number): add(number)
        case .text(var text): text.withUTF8 { addText(UnsafeRawBufferPointer($0)) }
        case .bytes(let bytes): bytes.withUnsafeBytes { addBytes($0) }
        }
    }

    private mutating func add(_ bytes: UnsafeRawBufferPointer) {
        mix(UInt64(bytes.count))
        var offset = 0
        while offset + 8 <= bytes.count {
            mix(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < bytes.count {
            rest = rest << 8 | UInt64(bytes[offset])
            offset += 1
        }
        mix(rest)
    }

    private mutating func mix(_ word: UInt64) {
        value = (value ^ word) &* 0x9E37_79B9_7F4A_7C15
        value ^= value >> 32
    }
}
