import PennyweightMiddleware
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("ChunkTimes", .timeLimit(.minutes(1)))
struct ChunkTimesTests {
    private func times(_ marks: [(Int, Duration)]) -> ChunkTimes {
        var times = ChunkTimes()
        for (count, elapsed) in marks { times.record(count, after: elapsed) }
        return times
    }

    @Test("a share of the answer is told the time at which it had come")
    func shares() {
        let times = times([(10, .milliseconds(100)), (30, .milliseconds(250)), (60, .seconds(2))])
        #expect(times.duration == .seconds(2))
        #expect(times.elapsed(at: 0, of: 100) == .zero)
        #expect(times.elapsed(at: 1, of: 100) == .milliseconds(100))
        #expect(times.elapsed(at: 10, of: 100) == .milliseconds(100))
        #expect(times.elapsed(at: 11, of: 100) == .milliseconds(250))
        #expect(times.elapsed(at: 400, of: 1_000) == .milliseconds(250))
        #expect(times.elapsed(at: 401, of: 1_000) == .seconds(2))
        #expect(times.elapsed(at: 5, of: 1) == .seconds(2))
        #expect(times.elapsed(at: .max, of: .max) == .seconds(2))
        #expect(ChunkTimes().elapsed(at: 1, of: 1) == .zero)
    }

    @Test("what is written is read again, and nothing else is")
    func encoding() {
        let random = SeededRandom(seed: 34_001)
        for _ in 0..<100 {
            var elapsed = Duration.zero
            var times = ChunkTimes()
            for _ in 0..<random.next(below: 60) {
                elapsed += .microseconds(Int64(random.next(below: 900_000)))
                times.record(Int(random.next(below: 5_000)), after: elapsed)
            }
            #expect(ChunkTimes(encoded: times.encoded) == times, "seed \(random.seed)")
        }
        for wrong: [UInt8] in [[1], [0x80], [0, 1], [1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1]] {
            #expect(ChunkTimes(encoded: wrong) == nil)
        }
    }

    @Test("chunks that come together are one mark, and time does not go back")
    func merged() {
        var times = times([(1, .milliseconds(5)), (1, .microseconds(5_900)), (2, .milliseconds(7))])
        #expect(times.encoded == [2, 50, 2, 20])
        times.record(0, after: .seconds(9))
        times.record(1, after: .milliseconds(1))
        #expect(times.duration == .milliseconds(7))
        #expect(times.encoded == [2, 50, 3, 20])
    }

    @Test("a long answer keeps its length and its pace in few marks")
    func bounded() {
        var times = ChunkTimes()
        for number in 1...100_000 { times.record(7, after: .milliseconds(10 * number)) }
        #expect(times.encoded.count < 4 * ChunkTimes.limit)
        // The last mark has the time of its first chunk: up to an interval is missing.
        #expect(times.duration > .seconds(990) && times.duration <= .seconds(1_000))
        let half = times.elapsed(at: 1, of: 2)
        #expect(half > .seconds(490) && half < .seconds(510))
    }

    @Test("a replay hands each piece on when its share had come, and what is due together, together")
    func paced() async throws {
        let time = ManualTime()
        let times = times([(50, .milliseconds(100)), (50, .milliseconds(400))])
        let pieces = ["aa", "bb", "cccc", "dd"].map { Array($0.utf8) }
        let reader = PacedReader(pieces, times: times, time: time)
        async let first = reader.read()
        await time.waitForSleepers()
        time.advance(by: .milliseconds(100))
        #expect(try await first == Array("aabb".utf8))
        async let second = reader.read()
        await time.waitForSleepers()
        time.advance(by: .milliseconds(299))
        #expect(time.sleeperCount == 1)
        time.advance(by: .milliseconds(1))
        #expect(try await second == Array("ccccdd".utf8))
        #expect(try await reader.read() == nil)
    }

    @Test("a late reader gets what is due at once, and every piece comes once, in order")
    func late() async throws {
        let time = ManualTime()
        var times = ChunkTimes()
        for number in 1...20 { times.record(3, after: .milliseconds(50 * number)) }
        let pieces = (0..<31).map { Array("<\($0)>".utf8) }
        let reader = PacedReader(pieces, times: times, time: time)
        async let first = reader.read()
        await time.waitForSleepers()
        time.advance(by: .seconds(2))
        #expect(try await first == Array(pieces.joined()))
        #expect(try await reader.read() == nil)
    }

    @Test("a cancelled replay is over")
    func cancelled() async throws {
        let time = ManualTime()
        let reader = PacedReader([[1], [2]], times: times([(1, .seconds(1))]), time: time)
        let task = Task { try await reader.read() }
        await time.waitForSleepers()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await reader.read() == nil)
        let other = PacedReader([[1], [2]], times: ChunkTimes(), time: time)
        #expect(try await other.read() == [1, 2])
        let third = PacedReader([[1]], times: ChunkTimes(), time: time)
        third.cancel()
        #expect(try await third.read() == nil)
    }
}
