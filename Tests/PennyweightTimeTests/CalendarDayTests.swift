import PennyweightTesting
import PennyweightTime
import Testing

@Suite("CalendarDay")
struct CalendarDayTests {
    @Test(
        "known days have their known distance from the epoch",
        arguments: [
            ("1970-01-01", Int64(0)), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2000-03-01", 11_017),
            ("2024-02-29", 19_782), ("2026-11-22", 20_779), ("0001-01-01", -719_162),
            ("9999-12-31", 2_932_896),
            ("1900-02-28", -25_509), ("1900-03-01", -25_508),
        ])
    func known(text: String, days: Int64) throws {
        let day = try #require(CalendarDay(text))
        #expect(day.daysSinceEpoch == days)
        #expect(CalendarDay(daysSinceEpoch: days) == day)
        #expect(day.description == text)
    }

    @Test("every day of 800 years follows the one before it, month by month")
    func everyDay() {
        var expected = (year: 1_600, month: 1, day: 1)
        let first = CalendarDay(year: 1_600, month: 1, day: 1)?.daysSinceEpoch ?? 0
        for offset in 0..<292_194 as Range<Int64> {
            let day = CalendarDay(daysSinceEpoch: first + offset)
            guard (day.year, day.month, day.day) == expected, day.daysSinceEpoch == first + offset else {
                Issue.record("\(day) where \(expected) is expected")
                return
            }
            expected.day += 1
            if expected.day > length(of: expected.month, in: expected.year) {
                expected = (expected.year, expected.month + 1, 1)
            }
            if expected.month > 12 { expected = (expected.year + 1, 1, 1) }
        }
        #expect(expected == (2_400, 1, 1))
    }

    @Test(
        "text that is no day is refused",
        arguments: [
            "", "2026", "2026-11", "2026-11-22-01", "2026-1-02", "26-11-22", "2026-13-01", "2026-00-10",
            "2026-02-29", "1900-02-29", "2026-11-31", "2026-11-00", "+026-11-22", "-026-11-22", "2026/11/22",
            "2026-11-2a", " 2026-11-22", "0000-01-01", "٢٠٢٦-١١-٢٢", "2026-11-22T00:00:00Z",
        ])
    func refused(text: String) {
        #expect(CalendarDay(text) == nil)
    }

    @Test("a day starts at midnight UTC and contains its last nanosecond")
    func bounds() throws {
        let day = try #require(CalendarDay("1969-12-31"))
        #expect(day.start.day == day)
        #expect(Timestamp(nanoseconds: day.start.nanoseconds - 1).day.description == "1969-12-30")
        #expect(Timestamp(nanoseconds: -1).day == day)
        #expect(Timestamp(nanoseconds: 0).day.description == "1970-01-01")
    }

    @Test("a day beyond the range of timestamps starts at the end of that range")
    func beyond() throws {
        #expect(try #require(CalendarDay("9999-12-31")).start == Timestamp(nanoseconds: .max))
        #expect(try #require(CalendarDay("0001-01-01")).start == Timestamp(nanoseconds: .min))
    }

    @Test("days of random timestamps are ordered like the timestamps")
    func order() {
        let random = SeededRandom(seed: 0xDA7)
        for _ in 0..<2_000 {
            let one = Timestamp(nanoseconds: Int64(bitPattern: random.next()))
            let other = Timestamp(nanoseconds: Int64(bitPattern: random.next()))
            #expect(one < other ? one.day <= other.day : one.day >= other.day, "seed \(random.seed)")
        }
    }

    private func length(of month: Int, in year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }
}
