/// When the bytes of a recorded answer came: a list of marks, each a count of bytes and the time that had
/// passed, in a few bytes a mark.
///
/// Times are kept in tenths of a millisecond. Chunks that come within a millisecond are one mark, with the
/// time of the first. As soon as there are too many marks every second one is dropped, and the interval
/// grows: a replay then goes in larger steps, at the same pace. A value: no clock.
///
/// ```swift
/// var times = ChunkTimes()
/// times.record(chunk.count, after: time.instant() - start)
/// ```
public struct ChunkTimes: Sendable, Hashable {
    private struct Mark: Sendable, Hashable {
        /// All bytes up to and with this mark.
        var bytes: UInt64
        /// Tenths of a millisecond since the start.
        var tenths: UInt64
    }

    /// The most marks that are kept.
    public static let limit = 512
    private static let nanosecondsPerTenth: Int64 = 100_000

    private var marks: [Mark] = []
    /// What comes within so many tenths is one mark.
    private var mergedTenths: UInt64 = 10

    public init() {}

    /// Notes that so many bytes came when so much time had passed since the answer's start. Time that goes
    /// back counts as standing still.
    public mutating func record(_ count: Int, after elapsed: Duration) {
        guard count > 0 else { return }
        let last = marks.last ?? Mark(bytes: 0, tenths: 0)
        let (seconds, attoseconds) = elapsed.components
        let nanoseconds = max(0, min(seconds, 1 << 32)) * 1_000_000_000 + max(0, attoseconds / 1_000_000_000)
        let tenths = max(last.tenths, UInt64(nanoseconds / ChunkTimes.nanosecondsPerTenth))
        let mark = Mark(bytes: last.bytes + UInt64(count), tenths: tenths)
        if let first = marks.indices.last, tenths < last.tenths + mergedTenths {
            marks[first].bytes = mark.bytes
        } else {
            marks.append(mark)
        }
        if marks.count > ChunkTimes.limit {
            // The last one stays: it says how long all took.
            marks = marks.enumerated().filter { ($0.offset - marks.count + 1) % 2 == 0 }.map(\.element)
            mergedTenths = max(mergedTenths * 2, tenths * 2 / UInt64(ChunkTimes.limit))
        }
    }

    public var isEmpty: Bool { marks.isEmpty }

    /// How long the answer took.
    public var duration: Duration { ChunkTimes.duration(marks.last?.tenths ?? 0) }

    /// When a part of the answer had come: the first `count` of `total` equal parts. A replay has other
    /// bytes than the original, so that places are told by their share.
    public func elapsed(at count: Int, of total: Int) -> Duration {
        guard let last = marks.last, total > 0, count > 0 else { return .zero }
        // count / total ≤ bytes / last.bytes, without a fraction.
        let wanted = UInt64(min(count, total)).multipliedFullWidth(by: last.bytes)
        var (low, high) = (0, marks.count - 1)
        while low < high {
            let middle = (low + high) / 2
            let here = marks[middle].bytes.multipliedFullWidth(by: UInt64(total))
            if (here.high, here.low) < (wanted.high, wanted.low) { low = middle + 1 } else { high = middle }
        }
        return ChunkTimes.duration(marks[low].tenths)
    }

    private static func duration(_ tenths: UInt64) -> Duration {
        .nanoseconds(Int64(clamping: tenths) * nanosecondsPerTenth)
    }
}

extension ChunkTimes {
    /// The marks as bytes: for each the bytes and the tenths since the one before, seven bits in a byte.
    public var encoded: [UInt8] {
        var out: [UInt8] = []
        var last = Mark(bytes: 0, tenths: 0)
        for mark in marks {
            for var rest in [mark.bytes - last.bytes, mark.tenths - last.tenths] {
                while rest >= 0x80 {
                    out.append(UInt8(rest & 0x7F) | 0x80)
                    rest >>= 7
                }
                out.append(UInt8(rest))
            }
            last = mark
        }
        return out
    }

    /// Reads what ``encoded`` wrote; nil for anything else.
    public init?(encoded: [UInt8]) {
        var numbers: [UInt64] = []
        var (number, shift) = (UInt64(0), UInt64(0))
        for byte in encoded {
            guard shift <= 35 else { return nil }
            number |= UInt64(byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 {
                numbers.append(number)
                (number, shift) = (0, 0)
            }
        }
        guard shift == 0, numbers.count % 2 == 0, numbers.count <= 2 * ChunkTimes.limit else { return nil }
        var last = Mark(bytes: 0, tenths: 0)
        for index in stride(from: 0, to: numbers.count, by: 2) {
            guard numbers[index] > 0 else { return nil }
            last = Mark(bytes: last.bytes + numbers[index], tenths: last.tenths + numbers[index + 1])
            marks.append(last)
        }
    }
}
