import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@Suite(.timeLimit(.minutes(5)))
struct BackgroundTasksTests {
    private let log = EventLog()
    private let time = ManualTime()

    @Test("draining waits for what runs")
    func drain() async {
        let tasks = BackgroundTasks(limit: 10)
        for name in ["a", "b"] {
            let isStarted = tasks.start { [log, time] in
                try? await time.sleep(for: .seconds(1))
                log.add(name)
            }
            #expect(isStarted)
        }
        #expect(tasks.count == 2)
        await time.waitForSleepers(2)
        async let drained: Void = tasks.drain(within: .seconds(60), time: time)
        await time.waitForSleepers(3)
        time.advance(by: .seconds(1))
        await drained
        #expect(log.events.sorted() == ["a", "b"])
        #expect(tasks.count == 0)
    }

    @Test("draining nothing returns at once")
    func drainNothing() async {
        await BackgroundTasks(limit: 1).drain(within: .seconds(60), time: time)
    }

    @Test("what still runs when the patience is over is cancelled and waited for")
    func impatience() async {
        let tasks = BackgroundTasks(limit: 10)
        tasks.start { [log, time] in
            do { try await time.sleep(for: .seconds(3_600)) } catch { log.add("cancelled") }
        }
        await time.waitForSleepers(1)
        async let drained: Void = tasks.drain(within: .seconds(5), time: time)
        await time.waitForSleepers(2)
        time.advance(by: .seconds(5))
        await drained
        #expect(log.events == ["cancelled"])
    }

    @Test("beyond the limit nothing is started, until a place is free")
    func limit() async {
        let tasks = BackgroundTasks(limit: 1)
        let first = tasks.start { [time] in try? await time.sleep(for: .seconds(1)) }
        let refused = tasks.start { [log] in log.add("never") }
        await time.waitForSleepers(1)
        time.advance(by: .seconds(1))
        await tasks.drain(within: .seconds(60), time: time)
        let second = tasks.start { [log] in log.add("second") }
        await tasks.drain(within: .seconds(60), time: time)
        #expect([first, refused, second] == [true, false, true])
        #expect(log.events == ["second"])
    }

    @Test("the work is not cancelled with the task that started it")
    func independence() async {
        let tasks = BackgroundTasks(limit: 1)
        let caller = Task { [log] in
            withUnsafeCurrentTask { $0?.cancel() }
            tasks.start { log.add(Task.isCancelled ? "cancelled" : "ran") }
        }
        await caller.value
        await log.wait(for: 1)
        #expect(log.events == ["ran"])
    }

    @Test("what is started while an overdue drain waits is cancelled as well")
    func startedDuringDrain() async {
        let tasks = BackgroundTasks(limit: 10)
        let stubborn = ManualTime()
        tasks.start { [log, time] in
            do { try await time.sleep(for: .seconds(3_600)) } catch { log.add("cancelled") }
            // Cleaning up takes a moment, and starts more.
            tasks.start {
                do { try await stubborn.sleep(for: .seconds(3_600)) } catch { log.add("later one cancelled") }
            }
        }
        await time.waitForSleepers(1)
        async let drained: Void = tasks.drain(within: .seconds(5), time: time)
        await time.waitForSleepers(2)
        time.advance(by: .seconds(5))
        await drained
        #expect(log.events == ["cancelled", "later one cancelled"])
        // Once it is drained, work runs as before.
        tasks.start { [log] in log.add(Task.isCancelled ? "cancelled" : "ran") }
        await log.wait(for: 3)
        #expect(log.events.last == "ran")
    }

    @Test("a task that is followed counts against no limit; a drain waits for it, and cancels it")
    func followed() async {
        let tasks = BackgroundTasks(limit: 1)
        let task = Task { [log, time] in
            do { try await time.sleep(for: .seconds(3_600)) } catch { log.add("cancelled") }
        }
        tasks.follow(task)
        #expect(tasks.count == 1)
        await time.waitForSleepers(1)
        let isStarted = tasks.start { [time] in try? await time.sleep(for: .seconds(1)) }
        let isRefused = !tasks.start {}
        #expect(isStarted && isRefused)
        await time.waitForSleepers(2)
        async let drained: Void = tasks.drain(within: .seconds(5), time: time)
        await time.waitForSleepers(3)
        time.advance(by: .seconds(5))
        await drained
        #expect(log.events == ["cancelled"])
        #expect(tasks.count == 0)
    }
}
