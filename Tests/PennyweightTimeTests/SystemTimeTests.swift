import PennyweightTesting
import PennyweightTime
import Testing

@Suite("SystemTime and the random sources")
struct SystemTimeTests {
    private let time = SystemTime()

    @Test("the wall clock tells a time after this test was written")
    func wall() {
        #expect(time.now() > Timestamp(seconds: 1_767_225_600))
    }

    @Test("the monotonic clock never goes back, seen from several tasks")
    func monotonic() async {
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var last = time.instant()
                    for _ in 0..<10_000 {
                        let next = time.instant()
                        if next < last { return false }
                        last = next
                    }
                    return true
                }
            }
            for await isOrdered in group { #expect(isOrdered) }
        }
    }

    @Test("a sleep ends at its instant, not before")
    func sleeps() async throws {
        let end = time.instant() + .milliseconds(5)
        try await time.sleep(until: end)
        #expect(time.instant() >= end)
    }

    @Test("a sleep until the past returns at once")
    func past() async throws {
        try await time.sleep(until: MonotonicInstant(nanoseconds: .min))
        try await time.sleep(for: .seconds(-1))
    }

    @Test("cancelling ends a long sleep with CancellationError", .timeLimit(.minutes(5)))
    func cancelled() async {
        let sleeper = Task { try await time.sleep(for: .seconds(3_600)) }
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
    }

    @Test("a cancelled task doesn't sleep, even until the past")
    func cancelledBefore() async {
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await time.sleep(until: MonotonicInstant(nanoseconds: 0))
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("a bounded random number is below its bound and reaches all values")
    func bounded() {
        let random = SeededRandom(seed: 0xB0)
        var seen: Set<UInt64> = []
        for _ in 0..<1_000 { seen.insert(random.next(below: 7)) }
        #expect(seen == Set(0..<7), "seed \(random.seed)")
        #expect(random.next(below: 0) == 0)
        #expect(random.next(below: 1) == 0)
        #expect(Set((0..<64).map { _ in SystemRandom().next() }).count == 64)
    }
}
