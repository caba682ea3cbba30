import PennyweightLedger
import PennyweightTime
import Testing

@Suite("OffPeak")
struct OffPeakTests {
    private let window = OffPeak.Window(weekdays: [1, 2, 3, 4, 5], minutes: 600..<1_440)

    @Test(
        "a window knows the day of the week and the minute, in UTC",
        arguments: [
            ("2026-11-23", 600, true), ("2026-11-23", 599, false), ("2026-11-23", 1_439, true),
            ("2026-11-22", 700, false), ("2026-11-27", 700, true), ("2026-11-28", 700, false),
            ("1970-01-01", 700, true), ("1970-01-03", 700, false), ("1969-12-31", 700, true),
            ("1969-12-28", 700, false), ("1969-12-29", 700, true),
        ])
    func windows(day: String, minute: Int, isInside: Bool) throws {
        let start = try #require(CalendarDay(day)).start
        #expect(window.contains(start + .seconds(minute * 60 + 59)) == isInside)
    }

    @Test("off-peak a price has the lower rates and a version of its own, else it is itself")
    func applied() throws {
        let price = PriceFixture.price(
            [.init(.inputToken): 10, .init(.outputToken): 20],
            offPeak: OffPeak(
                windows: [window],
                rates: PriceFixture.rates([.init(.inputToken): 5, .init(.outputToken): 8])))
        let monday = try #require(CalendarDay("2026-11-23")).start
        #expect(price.at(monday) == price)
        let evening = price.at(monday + .seconds(20 * 3_600))
        #expect(evening.version == "\(price.version)/off-peak")
        #expect(evening.rates.amount(of: .inputToken)?.picos == 5)
        #expect(evening.at(monday) == evening)
    }
}
