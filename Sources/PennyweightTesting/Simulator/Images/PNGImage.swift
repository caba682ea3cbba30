private import CZlib

/// A picture in two colours: a symmetric pattern of 8 by 8 fields that follows from a digest.
struct PNGImage: Sendable {
    let width: Int
    let height: Int
    let pattern: UInt64

    /// The file (https://www.w3.org/TR/png-3/): one bit per pixel, a palette of two colours, about 1 KB for a
    /// million pixels. Nil if zlib fails.
    var bytes: [UInt8]? {
        guard let pixels = PNGImage.deflated(scanLines) else { return nil }
        let header = PNGImage.bigEndian(UInt32(width)) + PNGImage.bigEndian(UInt32(height)) + [1, 3, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + PNGImage.chunk("IHDR", header) + PNGImage.chunk("PLTE", palette)
            + PNGImage.chunk("IDAT", pixels)
            + PNGImage.chunk("IEND", [])
    }

    /// A light background and a colour.
    private var palette: [UInt8] {
        [244, 241, 234] + (0..<3).map { UInt8(truncatingIfNeeded: pattern >> (8 * UInt64($0))) & 0xBF }
    }

    /// Each line starts with its filter, 0 for none.
    private var scanLines: [UInt8] {
        let rows = (0..<8).map { row in [0] + line(fields: fields(of: row)) }
        return (0..<height).flatMap { rows[$0 * 8 / height] }
    }

    /// The right half mirrors the left.
    private func fields(of row: Int) -> [Bool] {
        let left = (0..<4).map { pattern >> UInt64(24 + row * 4 + $0) & 1 == 1 }
        return left + left.reversed()
    }

    private func line(fields: [Bool]) -> [UInt8] {
        var line = [UInt8](repeating: 0, count: (width + 7) / 8)
        for x in 0..<width where fields[x * 8 / width] { line[x / 8] |= 0x80 >> UInt8(x % 8) }
        return line
    }

    private static func deflated(_ bytes: [UInt8]) -> [UInt8]? {
        var size = compressBound(uLong(bytes.count))
        var result = [UInt8](repeating: 0, count: Int(size))
        guard compress2(&result, &size, bytes, uLong(bytes.count), 6) == Z_OK else { return nil }
        return Array(result.prefix(Int(size)))
    }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(name.utf8) + content
        let checksum = UInt32(truncatingIfNeeded: crc32(0, body, uInt(body.count)))
        return bigEndian(UInt32(content.count)) + body + bigEndian(checksum)
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}
