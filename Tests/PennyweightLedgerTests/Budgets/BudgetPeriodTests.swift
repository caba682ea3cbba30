import PennyweightLedger
import PennyweightTime
import Testing

@Suite("BudgetPeriod")
struct BudgetPeriodTests {
    /// Noon and a bit of a day.
    private func noon(_ day: String) throws -> Timestamp {
        try #require(CalendarDay(day)).start + .seconds(43_200) + .nanoseconds(1)
    }

    private func window(_ period: BudgetPeriod, _ day: String) throws -> [String?] {
        let window = period.window(at: try noon(day))
        return [window.start, window.end].map { $0.map { "\($0.day)" } }
    }

    @Test(
        "a day is one day, at the ends of months and years, in leap years, and before 1970",
        arguments: [
            ["2026-01-31", "2026-02-01"], ["2026-02-28", "2026-03-01"], ["2024-02-28", "2024-02-29"],
            ["2024-02-29", "2024-03-01"], ["2026-12-31", "2027-01-01"], ["1969-12-31", "1970-01-01"],
            ["1900-02-28", "1900-03-01"],
        ])
    func day(days: [String]) throws {
        #expect(try window(.day, days[0]) == days)
    }

    @Test(
        "a week goes from Monday to Monday, across the ends of years, and before 1970",
        arguments: [
            ["2026-11-16", "2026-11-16", "2026-11-23"], ["2026-11-22", "2026-11-16", "2026-11-23"],
            ["2026-11-23", "2026-11-23", "2026-11-30"], ["2026-01-01", "2025-12-29", "2026-01-05"],
            ["1970-01-01", "1969-12-29", "1970-01-05"], ["1969-12-28", "1969-12-22", "1969-12-29"],
            ["1969-12-22", "1969-12-22", "1969-12-29"], ["2024-02-29", "2024-02-26", "2024-03-04"],
        ])
    func week(days: [String]) throws {
        #expect(try window(.week, days[0]) == Array(days.dropFirst()))
    }

    @Test(
        "a month goes from its first to the next first, whatever its length",
        arguments: [
            ["2026-01-31", "2026-01-01", "2026-02-01"], ["2026-02-28", "2026-02-01", "2026-03-01"],
            ["2024-02-29", "2024-02-01", "2024-03-01"], ["2026-12-31", "2026-12-01", "2027-01-01"],
            ["1969-12-31", "1969-12-01", "1970-01-01"], ["2100-02-28", "2100-02-01", "2100-03-01"],
        ])
    func month(days: [String]) throws {
        #expect(try window(.month, days[0]) == Array(days.dropFirst()))
    }

    @Test("windows meet: their ends are the next one's start, and the last nanosecond belongs to the earlier")
    func meeting() throws {
        for period in [BudgetPeriod.day, .week, .month] {
            var time = try noon("2023-11-30")
            for _ in 0..<40 {
                let window = period.window(at: time)
                let end = try #require(window.end)
                #expect(period.window(at: end).start == end)
                #expect(period.window(at: end - .nanoseconds(1)) == window)
                #expect(period.bucket(at: time) == window.start)
                #expect(period.occasion(at: time) == window.start)
                time = end
            }
        }
    }

    @Test("without a period everything counts, and nothing begins again")
    func none() throws {
        let window = BudgetPeriod.none.window(at: try noon("2026-11-22"))
        #expect(window.start == nil && window.end == nil)
        #expect(BudgetPeriod.none.bucket(at: try noon("2026-11-22")) == nil)
        #expect(BudgetPeriod.none.occasion(at: try noon("2026-11-22")) == nil)
    }

    @Test("a rolling period counts whole hours, the oldest one too")
    func rolling() throws {
        let midnight = try #require(CalendarDay("2026-11-22")).start
        let time = midnight + .seconds(10 * 3_600 + 1_800)
        let window = BudgetPeriod.rolling(hours: 24).window(at: time)
        #expect(window.start?.text == "2026-11-21T10:00:00.000Z")
        #expect(window.end == nil)
        #expect(BudgetPeriod.rolling(hours: 24).bucket(at: time)?.text == "2026-11-22T10:00:00.000Z")
        let early = Timestamp(seconds: -1)
        #expect(BudgetPeriod.rolling(hours: 1).window(at: early).start?.seconds == -7_200)
    }

    @Test("a rolling period tells once in each stretch of its length, before 1970 too")
    func occasions() throws {
        let period = BudgetPeriod.rolling(hours: 5)
        let times = stride(from: -36_000, to: 36_000, by: 1_800).map { Timestamp(seconds: Int64($0)) }
        let occasions = times.map { period.occasion(at: $0)?.seconds }
        #expect(Set(occasions) == [-36_000, -18_000, 0, 18_000])
        for (time, occasion) in zip(times, occasions) {
            let start = try #require(occasion)
            #expect((start..<start + 18_000).contains(time.seconds))
        }
    }

    @Test(
        "a period reads what it writes",
        arguments: [
            .none, .day, .week, .month, .rolling(hours: 1), .rolling(hours: 744),
        ] as [BudgetPeriod])
    func text(period: BudgetPeriod) {
        #expect(BudgetPeriod(period.text) == period)
    }

    @Test(
        "anything else is no period",
        arguments: [
            "", "Day", "year", "rolling", "rolling 24", "rolling h", "rolling 0h", "rolling 745h",
            "rolling -1h", "rolling +1h", "rolling 1.5h", "rolling 24h ago", "24h",
            "rolling 99999999999999999999h",
        ])
    func noText(text: String) {
        #expect(BudgetPeriod(text) == nil)
    }
}
