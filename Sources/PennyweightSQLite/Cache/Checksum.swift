private import CZlib

/// A CRC-32 over several fields, each with its length, so that bytes can't move from one field to the next.
struct Checksum {
    private var value = crc32(0, nil, 0)

    /// The sum as it is stored.
    var stored: Int64 { Int64(value) }

    mutating func add(_ bytes: [UInt8]) {
        add(Int64(bytes.count))
        // zlib takes a nil pointer, which an empty array may have, as "begin anew".
        if bytes.isEmpty { return }
        value = crc32_z(value, bytes, bytes.count)
    }

    mutating func add(_ number: Int64) {
        let bytes = withUnsafeBytes(of: number.littleEndian) { Array($0) }
        value = crc32_z(value, bytes, bytes.count)
    }
}
