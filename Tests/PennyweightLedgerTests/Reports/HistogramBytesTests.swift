import PennyweightLedger
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("Histogram bytes")
struct HistogramBytesTests {
    @Test("what is stored is what the layout says: gaps and counts")
    func golden() {
        var histogram = Histogram()
        #expect(histogram.bytes == [])
        histogram.record(.microseconds(3), count: 2)
        histogram.record(.microseconds(4))
        histogram.record(.seconds(1), count: 300)
        #expect(histogram.bytes == [3, 2, 0, 1, 0x89, 0x02, 0xAC, 0x02])
    }

    @Test("reading gives back what was counted, and merging bytes is merging")
    func roundTrip() {
        let random = SeededRandom(seed: 0xB17E)
        for _ in 0..<300 {
            var pair = [Histogram(), Histogram()]
            for index in pair.indices {
                for _ in 0..<random.next(below: 40) {
                    let count = Int64(random.next() >> (1 + random.next(below: 63)))
                    pair[index].record(
                        .microseconds(Int64(random.next() >> (1 + random.next(below: 63)))), count: count)
                }
                #expect(Histogram(bytes: pair[index].bytes) == pair[index], "seed \(random.seed)")
            }
            var merged = pair[0]
            merged.merge(pair[1])
            var added = pair[0]
            #expect(pair[1].bytes.withUnsafeBytes { added.merge(bytes: $0) })
            #expect(added == merged, "seed \(random.seed)")
        }
    }

    @Test("the fullest histogram keeps the limit")
    func limit() {
        var histogram = Histogram()
        for exponent in 0..<63 {
            for part in 0..<32 {
                histogram.record(.microseconds(Int64(1) << exponent | Int64(part) << max(0, exponent - 5)))
            }
        }
        for _ in 0..<2 { histogram.merge(histogram) }
        #expect(histogram.bytes.count <= Histogram.bytesLimit)
        #expect(Histogram(bytes: histogram.bytes) == histogram)
    }

    @Test(
        "bytes that no histogram writes are refused",
        arguments: [
            [3], [0x80], [3, 0], [3, 0x80], [3, 0x80, 0x00], [0x83, 0x00, 1], [0xD0, 0x07, 1],
            [0xCF, 0x07, 1, 0, 1], [0] + [UInt8](repeating: 0xFF, count: 9) + [1],
            [0] + [UInt8](repeating: 0xFF, count: 10) + [1],
        ] as [[UInt8]])
    func malformed(bytes: [UInt8]) {
        #expect(Histogram(bytes: bytes) == nil)
    }

    @Test("no bytes at all make it fail worse than being refused, and what is read writes the same bytes")
    func anyBytes() {
        let random = SeededRandom(seed: 0xF022)
        for _ in 0..<5_000 {
            let bytes = (0..<random.next(below: 12)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            guard let histogram = Histogram(bytes: bytes) else { continue }
            #expect(histogram.bytes == bytes, "seed \(random.seed)")
        }
    }
}
