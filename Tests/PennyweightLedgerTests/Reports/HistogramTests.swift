import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightLedger

@Suite("Histogram")
struct HistogramTests {
    /// Numbers of every size: as many of each bit length.
    private static func numbers(_ count: Int, _ random: SeededRandom) -> [UInt64] {
        (0..<count).map { _ in random.next() >> random.next(below: 64) }
    }

    @Test("each bucket begins where the one before it ends, up to the greatest number")
    func partition() {
        #expect(Histogram.bucket(of: 0) == 0)
        for bucket in 0..<(Histogram.bucketLimit - 1) {
            let greatest = Histogram.greatest(in: bucket)
            #expect(Histogram.bucket(of: greatest) == bucket)
            #expect(Histogram.bucket(of: greatest + 1) == bucket + 1)
        }
        #expect(Histogram.greatest(in: Histogram.bucketLimit - 1) == .max)
        #expect(Histogram.bucket(of: .max) == Histogram.bucketLimit - 1)
    }

    @Test("a number is known to a sixteenth of itself")
    func precision() {
        let random = SeededRandom(seed: 0xB0C4)
        for number in HistogramTests.numbers(20_000, random) {
            let shown = Histogram.greatest(in: Histogram.bucket(of: number))
            #expect(shown >= number && shown - number <= number / 16, "\(number), seed \(random.seed)")
        }
    }

    @Test("a percentile lies between that of the sorted durations and a sixteenth more")
    func percentiles() throws {
        let random = SeededRandom(seed: 0x9E5C)
        for round in 0..<40 {
            var histogram = Histogram()
            let values = (0..<(1 + Int(random.next(below: 700)))).map { _ in
                Int64(random.next() >> (24 + random.next(below: 40)))
            }
            for value in values { histogram.record(.microseconds(value)) }
            let sorted = values.sorted()
            for permille in [1, 250, 500, 950, 990, 999, 1_000] {
                let rank = max(1, (sorted.count * permille + 999) / 1_000)
                let shown = try #require(histogram.percentile(permille: permille)).nanoseconds / 1_000
                let exact = sorted[rank - 1]
                #expect(
                    shown >= exact && shown - exact <= exact / 16,
                    "\(permille) of \(sorted.count), round \(round), seed \(random.seed)")
            }
        }
    }

    @Test("percentiles never fall from one to the next")
    func monotone() throws {
        let random = SeededRandom(seed: 0x30)
        var histogram = Histogram()
        for number in HistogramTests.numbers(1_000, random) {
            histogram.record(.microseconds(Int64(number >> 1)))
        }
        let shown = (0...1_000).map { histogram.percentile(permille: $0) ?? .zero }
        #expect(zip(shown, shown.dropFirst()).allSatisfy { $0 <= $1 }, "seed \(random.seed)")
    }

    @Test("merging counts what recording everything in one would, in any order")
    func merging() {
        let random = SeededRandom(seed: 0x6E26)
        for _ in 0..<50 {
            var whole = Histogram()
            var parts = [Histogram](repeating: Histogram(), count: 4)
            for number in HistogramTests.numbers(Int(random.next(below: 60)), random) {
                whole.record(.nanoseconds(Int64(number >> 1)))
                parts[Int(random.next(below: 4))].record(.nanoseconds(Int64(number >> 1)))
            }
            for order in [parts, parts.reversed()] {
                var merged = Histogram()
                for part in order { merged.merge(part) }
                #expect(merged == whole, "seed \(random.seed)")
                #expect(merged.count == whole.count)
            }
        }
    }

    @Test("a clock that jumped back counts as no time, and one that jumped far counts as the longest")
    func jumps() {
        var histogram = Histogram()
        histogram.record(.seconds(-5))
        #expect(histogram.percentile(permille: 1_000) == .zero)
        histogram.record(.seconds(Int64.max))
        #expect(histogram.percentile(permille: 1_000) == .microseconds(Int64.max))
        #expect(histogram.percentile(permille: 500) == .zero)
    }

    @Test("nothing counted has no percentile, and counts saturate")
    func ends() {
        var histogram = Histogram()
        histogram.record(.seconds(1), count: 0)
        #expect(histogram.isEmpty && histogram.percentile(permille: 500) == nil)
        #expect(histogram == Histogram())
        for _ in 0..<3 { histogram.record(.seconds(1), count: .max) }
        histogram.record(.seconds(2), count: .max)
        #expect(histogram.count == .max)
        #expect(histogram.percentile(permille: 500) == histogram.percentile(permille: 1))
        #expect(histogram.percentile(permille: 501) != histogram.percentile(permille: 1))
    }
}
