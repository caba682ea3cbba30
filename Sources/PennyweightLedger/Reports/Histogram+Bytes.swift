extension Histogram {
    /// The most bytes that a histogram takes: 976 buckets of a one-byte gap and a nine-byte count.
    public static let bytesLimit = 976 * 10

    /// What is stored: for each bucket with a count, from the lowest, how many empty buckets lie before it
    /// and its count, each as a LEB128 number. Equal histograms have equal bytes; an empty one has none.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        var next = 0
        for (index, count) in counts.enumerated() where count > 0 {
            let bucket = firstBucket + index
            Histogram.append(UInt64(bucket - next), to: &bytes)
            Histogram.append(UInt64(count), to: &bytes)
            next = bucket + 1
        }
        return bytes
    }

    /// Reads ``bytes``; nil for anything that it doesn't write.
    public init?(bytes: [UInt8]) {
        self.init()
        guard bytes.withUnsafeBytes({ merge(bytes: $0) }) else { return nil }
    }

    /// Adds a stored histogram without making it first. False if the bytes are not one: then a part of it may
    /// have been added.
    public mutating func merge(bytes: UnsafeRawBufferPointer) -> Bool {
        var position = 0
        var bucket = 0
        while position < bytes.count {
            guard let gap = Histogram.number(in: bytes, at: &position),
                let count = Histogram.number(in: bytes, at: &position),
                gap < UInt64(Histogram.bucketLimit - bucket), count > 0, count <= UInt64(Int64.max)
            else { return false }
            bucket += Int(gap)
            add(Int64(count), to: bucket)
            bucket += 1
        }
        return true
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// The number at a position, which moves behind it; nil if it is cut, too great, or longer than it has
    /// to be.
    private static func number(in bytes: UnsafeRawBufferPointer, at position: inout Int) -> UInt64? {
        // Most gaps and counts are small.
        if position < bytes.count, bytes[position] < 0x80 {
            position += 1
            return UInt64(bytes[position - 1])
        }
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count, shift < 64 {
            let byte = bytes[position]
            position += 1
            if shift == 63, byte > 1 { return nil }
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return byte == 0 && shift > 0 ? nil : number }
            shift += 7
        }
        return nil
    }
}
