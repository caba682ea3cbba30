import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightMiddleware

@Suite("EventTimes and ReplaySchedule", .timeLimit(.minutes(5)))
struct EventTimesTests {
    /// Times of marks: how many events had come by when.
    static func times(_ marks: [(Int, Duration)]) -> EventTimes {
        var times = EventTimes()
        for (events, elapsed) in marks { times.record(events, after: elapsed) }
        return times
    }

    @Test("what is written is read again, and nothing else is")
    func encoding() {
        let random = SeededRandom(seed: 34_001)
        for _ in 0..<200 {
            var (elapsed, events) = (Duration.zero, 0)
            var times = EventTimes()
            for _ in 0...random.next(below: 60) {
                elapsed += .microseconds(Int64(random.next(below: 900_000)))
                events += 1 + Int(random.next(below: 300) / 290 * 500)
                times.record(events, after: elapsed)
            }
            #expect(EventTimes(encoded: times.encoded)?.marks == times.marks, "seed \(random.seed)")
            for cut in 0..<times.encoded.count {
                let short = EventTimes(encoded: Array(times.encoded.prefix(cut)))
                #expect(short == nil || (short?.eventCount ?? 0) < times.eventCount)
            }
        }
        let wrong: [[UInt8]] = [
            [], [1], [0, 2], [2, 2], [1, 0x80], [1, 1], [1, 1, 1], [1, 1, 0],
            [1] + Array(repeating: 0xFF, count: 8),
            [1] + Array(repeating: 2, count: EventTimes.limit + 1), [1, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
        ]
        for bytes in wrong { #expect(EventTimes(encoded: bytes) == nil, "\(bytes.prefix(9))") }
    }

    @Test("a usual stream takes about a byte for an event")
    func size() {
        let random = SeededRandom(seed: 34_002)
        var (times, elapsed) = (EventTimes(), Duration.milliseconds(700))
        for number in 1...500 {
            times.record(number, after: elapsed)
            elapsed += .milliseconds(Int64(8 + random.next(below: 60)))
        }
        #expect(times.encoded.count < 520)
    }

    @Test("events within a step are one mark, and time does not go back")
    func merged() {
        var times = Self.times([(1, .milliseconds(5)), (3, .microseconds(9_900)), (4, .milliseconds(12))])
        #expect(times.marks == [.init(events: 3, steps: 1), .init(events: 4, steps: 2)])
        times.record(4, after: .seconds(9))
        times.record(2, after: .seconds(9))
        times.record(5, after: .milliseconds(1))
        times.record(6, after: .seconds(-1))
        #expect(times.marks == [.init(events: 3, steps: 1), .init(events: 6, steps: 2)])
        #expect(times.encoded == [1, 3, 3, 3, 3])
    }

    @Test("a long stream keeps its length and its pace in few marks")
    func bounded() {
        var times = EventTimes()
        for number in 1...100_000 { times.record(number, after: .milliseconds(10 * number)) }
        #expect(times.marks.count <= EventTimes.limit && times.encoded.count < 4 * EventTimes.limit)
        #expect(times.eventCount == 100_000)
        let schedule = ReplaySchedule(times)
        let (half, whole) = (schedule.due(2, of: 3), schedule.due(3, of: 3))
        #expect(whole > .seconds(985) && whole <= .seconds(1_000))
        #expect(half > .seconds(490) && half < .seconds(510))
        #expect(times.pieceCount(choices: nil) == EventTimes.mostPieces)
        #expect(EventTimes().pieceCount(choices: 3) == 1)
        #expect(Self.times([(10, .zero)]).pieceCount(choices: 3) == 3)
    }

    @Test("an event is due when its share of the original had come: the first with the first, the last last")
    func shares() {
        let times = Self.times([(10, .milliseconds(100)), (40, .milliseconds(250)), (100, .seconds(2))])
        let schedule = ReplaySchedule(times)
        #expect(schedule.due(0, of: 100) == .zero)
        #expect(schedule.due(1, of: 100) == .milliseconds(100))
        #expect(schedule.due(10, of: 100) == .milliseconds(100))
        #expect(schedule.due(11, of: 100) == .milliseconds(250))
        #expect(schedule.due(394, of: 1_000) == .milliseconds(250))
        #expect(schedule.due(395, of: 1_000) == .seconds(2))
        #expect(schedule.due(1, of: 3) == .milliseconds(100))
        #expect(schedule.due(1, of: 1) == .seconds(2))
        #expect(schedule.due(5, of: 1) == .seconds(2))
        #expect(schedule.due(.max, of: .max) == .seconds(2))
        #expect(schedule.due(1, of: 0) == .zero)
        #expect(ReplaySchedule(EventTimes()).due(1, of: 1) == .zero)
    }

    @Test("a gap is never longer than ten seconds, whatever was recorded")
    func gaps() {
        let times = Self.times([(1, .seconds(60)), (2, .seconds(61)), (3, .seconds(10_000))])
        let schedule = ReplaySchedule(times)
        #expect(schedule.due(1, of: 3) == .seconds(10))
        #expect(schedule.due(2, of: 3) == .seconds(11))
        #expect(schedule.due(3, of: 3) == .seconds(21))
    }
}
