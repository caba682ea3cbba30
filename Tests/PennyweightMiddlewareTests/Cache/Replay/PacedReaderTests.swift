import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightMiddleware

@Suite("PacedReader", .timeLimit(.minutes(5)))
struct PacedReaderTests {
    private let time = ManualTime()

    private func reader(
        _ pieces: [String], _ marks: [(Int, Duration)], latest: MonotonicInstant? = nil
    ) -> PacedReader {
        var ends: [Int] = []
        for piece in pieces { ends.append((ends.last ?? 0) + piece.utf8.count) }
        return PacedReader(
            Array(pieces.joined().utf8), ends: ends, schedule: ReplaySchedule(EventTimesTests.times(marks)),
            latest: latest, time: time)
    }

    @Test("each event is handed on when it is due, and what is due together, together")
    func paced() async throws {
        let reader = reader(
            ["a", "bb", "ccc", "d"],
            [(2, .milliseconds(100)), (3, .milliseconds(400)), (4, .milliseconds(400))])
        async let first = reader.read()
        await time.waitForSleepers()
        time.advance(by: .milliseconds(100))
        #expect(try await first == Array("abb".utf8))
        async let second = reader.read()
        await time.waitForSleepers()
        time.advance(by: .milliseconds(299))
        #expect(time.sleeperCount == 1)
        time.advance(by: .milliseconds(1))
        #expect(try await second == Array("cccd".utf8))
        #expect(try await reader.read() == nil)
        #expect(try await reader.read() == nil)
    }

    @Test("a late reader gets what is due at once, every event once, in order")
    func late() async throws {
        let pieces = (0..<31).map { "<\($0)>" }
        let reader = reader(pieces, (1...20).map { ($0, .milliseconds(50 * $0)) })
        async let first = reader.read()
        await time.waitForSleepers()
        time.advance(by: .seconds(2))
        #expect(try await first == Array(pieces.joined().utf8))
        #expect(try await reader.read() == nil)
    }

    @Test("whatever is left comes before the deadline")
    func deadline() async throws {
        let reader = reader(
            ["a", "b", "c"], [(1, .zero), (2, .seconds(5)), (3, .seconds(9))],
            latest: time.instant() + .seconds(6))
        #expect(try await reader.read() == [UInt8(ascii: "a")])
        async let second = reader.read()
        await time.waitForSleepers()
        time.advance(by: .seconds(5))
        #expect(try await second == [UInt8(ascii: "b")])
        async let third = reader.read()
        await time.waitForSleepers()
        time.advance(by: .seconds(1))
        #expect(try await third == [UInt8(ascii: "c")])
        let over = self.reader(["a", "b"], [(2, .seconds(5))], latest: time.instant() + .seconds(-1))
        #expect(try await over.read() == Array("ab".utf8))
    }

    @Test("cancelling the task ends a wait at once, and there is nothing more")
    func cancelledTask() async throws {
        let reader = reader(["a", "b"], [(2, .seconds(9))])
        let task = Task { try await reader.read() }
        await time.waitForSleepers()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await #expect(throws: CancellationError.self) { try await reader.read() }
        #expect(time.sleeperCount == 0)
    }

    @Test("giving the reader up ends a wait at once")
    func cancelledReader() async throws {
        let reader = reader(["a", "b"], [(2, .seconds(9))])
        let task = Task { try await reader.read() }
        await time.waitForSleepers()
        reader.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        let early = self.reader(["a"], [(1, .zero)])
        early.cancel()
        await #expect(throws: CancellationError.self) { try await early.read() }
    }

    @Test("odd ends lose nothing", arguments: [[], [0], [3], [5, 9], [2, 2, 3], [-1, 1]])
    func oddEnds(ends: [Int]) async throws {
        let stream = Array("12345".utf8)
        let reader = PacedReader(
            stream, ends: ends, schedule: ReplaySchedule(EventTimes()), latest: nil, time: time)
        var read: [UInt8] = []
        while let chunk = try await reader.read() { read += chunk }
        #expect(read == stream)
        let empty = PacedReader(
            [], ends: ends, schedule: ReplaySchedule(EventTimes()), latest: nil, time: time)
        #expect(try await empty.read() == nil)
    }
}
