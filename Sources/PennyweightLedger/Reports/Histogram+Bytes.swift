extension Histogram {
    /// The most bytes that a histogram takes: 976 buckets of a one-byte gap and a nine-byte count.
    public static let bytesLimit = 976 * 10

    /// What is stored: for each bucket with a count, from the lowest, how many empty buckets lie before it
    /// and its count, each as a LEB128 number. Equal histograms have equal bytes; an empty one has none.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        // Most gaps and counts take a byte each.
        bytes.reserveCapacity(2 * counts.count)
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
        while true {
            addStretch(of: bytes, from: &position, bucket: &bucket)
            guard position < bytes.count else { return true }
            guard let gap = Histogram.number(in: bytes, at: &position),
                let count = Histogram.number(in: bytes, at: &position),
                gap < UInt64(Histogram.bucketLimit - bucket), count > 0, count <= UInt64(Int64.max)
            else { return false }
            bucket += Int(gap)
            add(Int64(count), to: bucket)
            bucket += 1
        }
    }

    /// Adds entries as long as they are short and meet buckets that are there, which nearly all do when the
    /// rows of a report are added up: a report spends most of its time here.
    private mutating func addStretch(
        of bytes: UnsafeRawBufferPointer, from position: inout Int, bucket: inout Int
    ) {
        let first = firstBucket
        var (place, next) = (position, bucket)
        counts.withUnsafeMutableBufferPointer { counts in
            while place + 2 < bytes.count {
                let (gap, low, high) = (bytes[place], bytes[place + 1], bytes[place + 2])
                let index = next + Int(gap) - first
                guard gap < 0x80, index >= 0, index < counts.count else { return }
                let count: Int64
                if low < 0x80 {
                    count = Int64(low)
                } else {
                    guard high > 0, high < 0x80 else { return }
                    count = Int64(low & 0x7F) | Int64(high) << 7
                }
                let (sum, overflow) = counts[index].addingReportingOverflow(count)
                guard count > 0, !overflow else { return }
                counts[index] = sum
                place += low < 0x80 ? 2 : 3
                next += Int(gap) + 1
            }
        }
        (position, bucket) = (place, next)
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
