import PennyweightTesting
import PennyweightTime
import Testing

@Suite("Timestamp")
struct TimestampTests {
    @Test(
        "text is RFC 3339 in UTC with milliseconds",
        arguments: [
            (Int64(0), "1970-01-01T00:00:00.000Z"),
            (1, "1970-01-01T00:00:00.000Z"),
            (1_000_000, "1970-01-01T00:00:00.001Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (-1_000_000_000, "1969-12-31T23:59:59.000Z"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00.000Z"),
            (1_795_270_260_123_456_789, "2026-11-21T14:11:00.123Z"),
            (.max, "2262-04-11T23:47:16.854Z"),
            (.min, "1677-09-21T00:12:43.145Z"),
        ])
    func text(nanoseconds: Int64, text: String) {
        #expect(Timestamp(nanoseconds: nanoseconds).text == text)
    }

    @Test("seconds and milliseconds round down, before the epoch too")
    func rounding() {
        #expect(Timestamp(nanoseconds: -1).seconds == -1)
        #expect(Timestamp(nanoseconds: -1).milliseconds == -1)
        #expect(Timestamp(nanoseconds: -1_000_000_000).seconds == -1)
        #expect(Timestamp(nanoseconds: 1_999_999_999).seconds == 1)
        #expect(Timestamp(nanoseconds: .min).seconds == -9_223_372_037)
    }

    @Test("arithmetic saturates at the ends of the range")
    func saturation() {
        let last = Timestamp(nanoseconds: .max)
        let first = Timestamp(nanoseconds: .min)
        #expect(last + .seconds(1) == last)
        #expect(first - .seconds(1) == first)
        #expect(last + .seconds(Int64.max) == last)
        #expect((last - first).nanoseconds == .max)
        #expect((first - last).nanoseconds == .min)
        #expect(Timestamp(seconds: .max) == last)
        #expect(Timestamp(seconds: .min) == first)
    }

    @Test("adding and subtracting a duration are inverse")
    func inverse() {
        let random = SeededRandom(seed: 0x71AE)
        for _ in 0..<2_000 {
            let start = Timestamp(nanoseconds: Int64(bitPattern: random.next()) / 4)
            let step = Duration.nanoseconds(Int64(bitPattern: random.next()) / 4)
            #expect(start + step - step == start, "seed \(random.seed)")
            #expect((start + step) - start == step, "seed \(random.seed)")
        }
    }

    @Test("durations convert towards zero and saturate")
    func durations() {
        #expect(Duration.seconds(2).nanoseconds == 2_000_000_000)
        #expect(Duration.seconds(-2).nanoseconds == -2_000_000_000)
        #expect((Duration.nanoseconds(1) / 2).nanoseconds == 0)
        #expect(Duration.seconds(Int64.max).nanoseconds == .max)
        #expect(Duration.seconds(Int64.min).nanoseconds == .min)
        #expect(Duration.microseconds(-1_999).milliseconds == -1)
    }

    @Test("instants saturate as well")
    func instants() {
        let first = MonotonicInstant(nanoseconds: .min)
        let last = MonotonicInstant(nanoseconds: .max)
        #expect(last + .seconds(1) == last)
        #expect((last - first).nanoseconds == .max)
        #expect((first - last).nanoseconds == .min)
        #expect(first < last)
    }
}
