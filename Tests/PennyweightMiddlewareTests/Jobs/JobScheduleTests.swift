import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightMiddleware

@Suite("JobSchedule")
struct JobScheduleTests {
    private let random = SeededRandom(seed: 5)
    private let start = MonotonicInstant(nanoseconds: 0)

    @Test("a new job is left alone for at least half of the first wait, and at most for all of it")
    func first() {
        var schedule = JobSchedule(JobPollPolicy())
        let ids = (0..<200).map { "v\($0)" }
        schedule.follow(ids, at: start, random: random)
        #expect(schedule.due(at: start + .milliseconds(7_499)).isEmpty)
        #expect(Set(schedule.due(at: start + .seconds(15))) == Set(ids))
        // Chance spreads them.
        #expect((50...150).contains(schedule.due(at: start + .milliseconds(11_250)).count))
    }

    @Test("each wait is about twice as long as the one before, up to the longest")
    func growth() {
        var schedule = JobSchedule(JobPollPolicy())
        schedule.follow(["v"], at: start, random: random)
        var now = start + .seconds(15)
        for ceiling in [30, 60, 120, 240, 300, 300, 300] {
            #expect(schedule.due(at: now) == ["v"])
            schedule.asked("v", at: now, random: random)
            #expect(schedule.due(at: now + .milliseconds(ceiling * 500 - 1)).isEmpty)
            now = now + .seconds(ceiling)
        }
    }

    @Test("jobs that are gone are forgotten; those that stay keep their turn")
    func following() {
        var schedule = JobSchedule(JobPollPolicy())
        schedule.follow(["a", "b"], at: start, random: random)
        schedule.asked("a", at: start, random: random)
        schedule.follow(["a"], at: start + .seconds(14), random: random)
        #expect(schedule.count == 1)
        #expect(schedule.due(at: start + .seconds(30)) == ["a"])
        schedule.asked("b", at: start, random: random)
        #expect(schedule.count == 1)
    }

    @Test("the longest overdue is first")
    func order() {
        var schedule = JobSchedule(JobPollPolicy())
        schedule.follow(["late"], at: start, random: random)
        schedule.follow(["late", "new"], at: start + .seconds(60), random: random)
        #expect(schedule.due(at: start + .seconds(90)) == ["late", "new"])
    }
}
