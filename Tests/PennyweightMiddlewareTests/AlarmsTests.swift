import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightMiddleware

@Suite(.timeLimit(.minutes(5)))
struct AlarmsTests {
    private let time = ManualTime()
    private let log = StageLog()

    @Test("alarms ring when they are due, with one sleeper for all")
    func ring() async {
        let alarms = Alarms(time: time)
        _ = alarms.set(at: time.instant() + .seconds(1)) { [log] in log.add("one") }
        _ = alarms.set(at: time.instant() + .seconds(2)) { [log] in log.add("two") }
        _ = alarms.set(at: time.instant() + .seconds(3)) { [log] in log.add("three") }
        await time.waitForSleepers(1)
        #expect(time.sleeperCount == 1)
        time.advance(by: .seconds(2))
        #expect(await Stages.eventually { log.events == ["one", "two"] })
        await time.waitForSleepers(1)
        time.advance(by: .seconds(1))
        #expect(await Stages.eventually { log.events == ["one", "two", "three"] })
        #expect(alarms.count == 0)
    }

    @Test("an alarm that was unset doesn't ring")
    func unset() async {
        let alarms = Alarms(time: time)
        let id = alarms.set(at: time.instant() + .seconds(1)) { [log] in log.add("unset") }
        _ = alarms.set(at: time.instant() + .seconds(2)) { [log] in log.add("kept") }
        alarms.unset(id)
        await time.waitForSleepers(1)
        time.advance(by: .seconds(1))
        await time.waitForSleepers(1)
        time.advance(by: .seconds(1))
        #expect(await Stages.eventually { !log.events.isEmpty })
        #expect(log.events == ["kept"])
    }

    @Test("an earlier alarm wakes the clock earlier")
    func earlier() async {
        let alarms = Alarms(time: time)
        _ = alarms.set(at: time.instant() + .seconds(60)) { [log] in log.add("late") }
        await time.waitForSleepers(1)
        _ = alarms.set(at: time.instant() + .seconds(1)) { [log] in log.add("early") }
        #expect(
            await Stages.eventually {
                if log.events.isEmpty { time.advance(by: .milliseconds(100)) }
                return log.events == ["early"]
            })
    }

    @Test("ten thousand alarms that are unset leave one sleeper, and dropping the clock leaves none")
    func noLeak() async {
        do {
            let alarms = Alarms(time: time)
            for _ in 0..<10_000 {
                let id = alarms.set(at: time.instant() + .seconds(600)) {}
                alarms.unset(id)
            }
            await time.waitForSleepers(1)
            #expect(time.sleeperCount == 1)
            #expect(alarms.count == 0)
        }
        #expect(await Stages.eventually { time.sleeperCount == 0 })
    }

    @Test("bounded work that is in time returns what it makes, and leaves no alarm")
    func inTime() async throws {
        let alarms = Alarms(time: time)
        let value = try await alarms.bounded(
            until: time.instant() + .seconds(1), failure: Failure(.idleTimeout, "Late.")
        ) { 7 }
        #expect(value == 7)
        #expect(alarms.count == 0)
    }

    @Test("bounded work that is late is cancelled, and has ended when the failure is thrown")
    func late() async {
        let alarms = Alarms(time: time)
        let task = Task { [time, log] in
            try await alarms.bounded(
                until: time.instant() + .seconds(1), failure: Failure(.idleTimeout, "Late.")
            ) {
                do { try await time.sleep(for: .seconds(60)) } catch {
                    log.add("cancelled")
                    throw error
                }
            }
        }
        await time.waitForSleepers(2)
        time.advance(by: .seconds(1))
        await expect("idle_timeout") { try await task.value }
        #expect(log.events == ["cancelled"])
    }

    @Test("cancelling the caller cancels the work, and is not taken for a timeout")
    func cancelled() async {
        let alarms = Alarms(time: time)
        let task = Task { [time] in
            try await alarms.bounded(
                until: time.instant() + .seconds(100), failure: Failure(.idleTimeout, "Late.")
            ) {
                try await time.sleep(for: .seconds(60))
            }
        }
        await time.waitForSleepers(2)
        task.cancel()
        await expect("CancellationError") { try await task.value }
        #expect(alarms.count == 0)
    }

    @Test("work is not begun when its time has passed, and its own errors come through")
    func edges() async {
        let alarms = Alarms(time: time)
        let now = time.instant()
        let late = await stageError {
            try await alarms.bounded(until: now, failure: Failure(.idleTimeout, "Late.")) { [log] in
                log.add("begun")
            }
        }
        #expect(late == "idle_timeout")
        #expect(log.events.isEmpty)
        let own = await stageError {
            try await alarms.bounded(until: now + .seconds(1), failure: Failure(.idleTimeout, "Late.")) {
                throw Failure(.connectionLost, "Gone.")
            }
        }
        #expect(own == "connection_lost")
    }
}
