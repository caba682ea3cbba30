import PennyweightLedger
import PennyweightTime
import Testing

@testable import PennyweightCLI

@Suite("Report arguments")
struct ReportArgumentTests {
    @Test("one or two groupings are read, in their order")
    func groupings() throws {
        #expect(try ReportGroupings("model").list == [.model])
        #expect(try ReportGroupings("day,model").list == [.day, .model])
        #expect(try ReportGroupings("outcome,endpoint").description == "outcome,endpoint")
        for grouping in ReportQuery.Grouping.allCases {
            #expect(try ReportGroupings(grouping.rawValue).list == [grouping])
        }
    }

    @Test(
        "what is no grouping is refused with what is wrong about it",
        arguments: [
            ("color", "'color'"), ("", "''"), ("day,", "''"), ("day, model", "' model'"),
            ("day,day", "twice"),
            ("day,model,key", "not 3"),
        ])
    func wrongGroupings(text: String, expected: String) {
        let problem = #expect(throws: ReportGroupings.Problem.self) { try ReportGroupings(text) }
        #expect(problem?.description.contains(expected) == true)
    }

    @Test(
        "a day or an hour of UTC is read in the forms that RFC 3339 and the report itself write",
        arguments: [
            ("2026-11-22", 0), ("2026-11-22T00", 0), ("2026-11-22T14", 14), ("2026-11-22t14", 14),
            ("2026-11-22T14Z", 14), ("2026-11-22T14:00Z", 14), ("2026-11-22T23:00:00Z", 23),
            ("2026-11-22T23:00:00.000z", 23),
        ])
    func points(text: String, hour: Int64) throws {
        let day = try #require(CalendarDay("2026-11-22"))
        #expect(ReportPoint(text)?.time == day.start + .seconds(hour * 3_600))
    }

    @Test("what the report calls an hour is read back as that hour")
    func hourNames() throws {
        let time = try #require(CalendarDay("2026-03-01")).start + .seconds(7_300)
        let line = LedgerLine(
            number: 1, kind: .correction(of: 1), callID: SortableID(high: 0, low: 0), at: time,
            subject: Subject(account: "a", provider: "p", model: "m", route: "/r"), cost: .nothing,
            settledAt: time)
        let name = try #require(ReportQuery.Grouping.hour.groups(of: line).first)
        #expect(ReportPoint(name)?.time == time.hour)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "yesterday", "2026-11", "2026-02-30", "2026-11-22T", "2026-11-22T1", "2026-11-22T24",
            "2026-11-22T14:30Z", "2026-11-22T14:00+02:00", "2026-11-22T14:00", "2026-11-22 14",
            "2026-11-22Tab",
            "2026-11-22T１４",
        ])
    func wrongPoints(text: String) {
        #expect(ReportPoint(text) == nil)
    }
}
