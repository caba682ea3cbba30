import PennyweightTesting
import PennyweightTime
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ManualTimeTests {
    private let time = ManualTime()

    private final class Order: Sendable {
        private let state = Mutex<[Int]>([])
        var numbers: [Int] { state.withLock { $0 } }
        func add(_ number: Int) { state.withLock { $0.append(number) } }
    }

    @Test("time stands still until it is moved, and both clocks move together")
    func standsStill() {
        let (wall, instant) = (time.now(), time.instant())
        #expect(time.now() == wall)
        time.advance(by: .seconds(5))
        #expect(time.now() - wall == .seconds(5))
        #expect(time.instant() - instant == .seconds(5))
    }

    @Test("a jump moves the wall clock only")
    func jump() {
        let instant = time.instant()
        time.jump(to: Timestamp(seconds: 5))
        #expect(time.now() == Timestamp(seconds: 5))
        #expect(time.instant() == instant)
    }

    @Test("whoever is due wakes, the others sleep on")
    func wakes() async throws {
        let order = Order()
        let (time, first, second) = (time, Duration.seconds(1), Duration.seconds(2))
        let early = Task {
            try await time.sleep(for: first)
            order.add(1)
        }
        let late = Task {
            try await time.sleep(for: second)
            order.add(2)
        }
        await time.waitForSleepers(2)
        time.advance(by: .milliseconds(1_500))
        try await early.value
        #expect(time.sleeperCount == 1)
        time.advance(by: .milliseconds(500))
        try await late.value
        #expect(order.numbers == [1, 2])
    }

    @Test("a sleep until now or before returns at once")
    func noSleep() async throws {
        try await time.sleep(for: .zero)
        try await time.sleep(for: .seconds(-1))
        #expect(time.sleeperCount == 0)
    }

    @Test("cancelling wakes a sleeper with CancellationError")
    func cancelled() async throws {
        let task = Task { [time] in try await time.sleep(for: .seconds(1)) }
        await time.waitForSleepers(1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(time.sleeperCount == 0)
    }

    @Test("a task that is cancelled already doesn't fall asleep, wherever the cancelling meets it")
    func cancelledBefore() async throws {
        for _ in 0..<200 {
            let task = Task { [time] in try await time.sleep(for: .seconds(1)) }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
        #expect(time.sleeperCount == 0)
    }
}

struct SeededRandomTests {
    @Test("the same seed repeats itself, another one differs")
    func repeats() {
        let draw = { (seed: UInt64) in
            let random = SeededRandom(seed: seed)
            return (0..<8).map { _ in random.next() }
        }
        #expect(draw(1) == draw(1))
        #expect(draw(1) != draw(2))
    }
}
