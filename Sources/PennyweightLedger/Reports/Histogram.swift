/// Counts durations in buckets whose width grows with them, so that percentiles are known to a sixteenth of
/// their value, in little space.
///
/// The layout is HdrHistogram's (<https://hdrhistogram.github.io/HdrHistogram/>): octaves of sixteen buckets
/// each, over microseconds. Two histograms that counted the same are equal, in whatever order they did.
public struct Histogram: Sendable, Hashable {
    /// The bucket that `counts` begins with; 0 if nothing was counted.
    private(set) var firstBucket = 0
    /// Counts of `firstBucket` and the buckets after it. The first and the last one are never zero.
    var counts: [Int64] = []

    /// How many buckets there are: the last one ends with the greatest 64-bit number.
    static let bucketLimit = 976

    public init() {}

    /// Counts a duration so many times; negative ones (a clock that jumped) count as zero. Counts saturate.
    public mutating func record(_ duration: Duration, count: Int64 = 1) {
        let (seconds, attoseconds) = duration.components
        let scaled = Int128(seconds) * 1_000_000 + Int128(attoseconds / 1_000_000_000_000)
        add(count, to: Histogram.bucket(of: UInt64(clamping: scaled)))
    }

    /// Adds what another histogram counted.
    public mutating func merge(_ other: Histogram) {
        guard !other.isEmpty else { return }
        guard !isEmpty else {
            self = other
            return
        }
        makeRoom(from: other.firstBucket, to: other.firstBucket + other.counts.count - 1)
        let offset = other.firstBucket - firstBucket
        for (index, count) in other.counts.enumerated() {
            counts[offset + index] = saturated(counts[offset + index], count)
        }
    }

    /// True if nothing was counted.
    public var isEmpty: Bool { counts.isEmpty }

    /// Takes away what was merged before.
    public mutating func subtract(_ other: Histogram) {
        for (index, count) in other.counts.enumerated() {
            let place = other.firstBucket + index - firstBucket
            if counts.indices.contains(place) { counts[place] = max(0, counts[place] - count) }
        }
        while counts.last == 0 { counts.removeLast() }
        let leading = counts.prefix { $0 == 0 }.count
        counts.removeFirst(leading)
        firstBucket = counts.isEmpty ? 0 : firstBucket + leading
    }

    /// How many durations were counted.
    public var count: Int64 { counts.reduce(0, saturated) }

    /// The least duration that so many per thousand of those counted don't exceed, rounded up by at most a
    /// sixteenth; nil if none were counted.
    public func percentile(permille: Int) -> Duration? {
        guard !isEmpty else { return nil }
        let total = counts.reduce(Int128(0)) { $0 + Int128($1) }
        let wanted = max(1, (total * Int128(permille) + 999) / 1_000)
        var seen: Int128 = 0
        for (index, count) in counts.enumerated() {
            seen += Int128(count)
            guard seen >= wanted else { continue }
            return .microseconds(Int64(clamping: Histogram.greatest(in: firstBucket + index)))
        }
        return nil
    }

    /// Adds to one bucket; a count of zero or less adds nothing.
    mutating func add(_ count: Int64, to bucket: Int) {
        guard count > 0 else { return }
        if !counts.indices.contains(bucket - firstBucket) { makeRoom(from: bucket, to: bucket) }
        counts[bucket - firstBucket] = saturated(counts[bucket - firstBucket], count)
    }

    /// Makes `counts` reach over these buckets. The caller fills the outermost ones.
    private mutating func makeRoom(from lowest: Int, to highest: Int) {
        if isEmpty { firstBucket = lowest }
        if lowest < firstBucket {
            counts.insert(contentsOf: repeatElement(0, count: firstBucket - lowest), at: 0)
            firstBucket = lowest
        }
        let missing = highest - firstBucket + 1 - counts.count
        if missing > 0 { counts.append(contentsOf: repeatElement(0, count: missing)) }
    }

    private static let subBuckets: UInt64 = 16

    /// Values below 32 have a bucket each; above, sixteen for each power of two.
    static func bucket(of value: UInt64) -> Int {
        guard value >= subBuckets * 2 else { return Int(value) }
        let octave = UInt64(63 - value.leadingZeroBitCount) - 4
        return Int(octave * subBuckets + value >> octave)
    }

    /// The greatest value that falls into a bucket.
    static func greatest(in bucket: Int) -> UInt64 {
        let bucket = UInt64(bucket)
        guard bucket >= subBuckets * 2 else { return bucket }
        let octave = bucket / subBuckets - 1
        let low = (bucket - octave * subBuckets) << octave
        return low + ((1 << octave) - 1)
    }
}

private func saturated(_ total: Int64, _ count: Int64) -> Int64 {
    let (sum, overflow) = total.addingReportingOverflow(count)
    return overflow ? .max : sum
}
