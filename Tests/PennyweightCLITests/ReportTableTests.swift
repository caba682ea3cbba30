import PennyweightLedger
import Testing

@testable import PennyweightCLI

@Suite("ReportTable")
struct ReportTableTests {
    private let screen = Terminal(hasColor: true, isInteractive: true, columns: 200)

    @Test("a pipe gets no color and no bars")
    func plain() {
        let text = ReportTable(report: ReportSample.report, terminal: .plain).lines.joined(separator: "\n")
        #expect(!text.contains("\u{1B}"))
        #expect(!text.contains("█"))
    }

    @Test("a terminal gets bars in proportion to what was charged, the longest for the greatest")
    func bars() {
        let lines = ReportTable(report: ReportSample.report, terminal: screen).lines
        #expect(lines[1].filter { $0 == "█" }.count == ReportTable.barColumns)
        #expect(lines[2].filter { $0 == "█" }.count == ReportTable.barColumns / 4)
    }

    @Test("unknown is shown as unknown, and estimates with both bounds")
    func unknown() {
        let lines = ReportTable(report: ReportSample.report, terminal: .plain).lines
        #expect(lines[2].contains("1 unknown"))
        #expect(lines[3].contains("$0.00000000001..$0.00000000003"))
        #expect(lines.contains { $0.hasPrefix("Unknown is not zero") })
        #expect(lines.contains { $0.hasPrefix("2 attempts are open") })
    }

    @Test("times are three percentiles, and a dash where nothing was timed")
    func times() {
        let lines = ReportTable(report: ReportSample.report, terminal: .plain).lines
        #expect(lines[1].hasSuffix("820/820/820               -"))
    }

    @Test("two groupings are two columns, and the total stands under both")
    func pairs() {
        let report = ReportSample.pairs([.day, .model], [(["2026-11-01", "gpt-4o"], 5, 0)])
        let lines = ReportTable(report: report, terminal: .plain).lines
        #expect(lines[0].hasPrefix("day         model   calls"))
        #expect(lines[1].hasPrefix("2026-11-01  gpt-4o      1"))
        #expect(lines[2].hasPrefix("total                   1"))
    }

    @Test("a narrow terminal gets fewer columns and is told which; money always stays")
    func narrow() {
        let terminal = Terminal(hasColor: false, isInteractive: true, columns: 100)
        let lines = ReportTable(report: ReportSample.report, terminal: terminal).lines
        #expect(lines.prefix(4).allSatisfy { $0.count <= 100 })
        #expect(lines[0].contains("charged") && lines[0].contains("estimated"))
        #expect(lines.last?.hasPrefix("Left out, for this terminal is narrow: ") == true)
        #expect(lines.last?.contains("first token ms") == true)
        let plain = ReportTable(report: ReportSample.report, terminal: .plain).lines
        #expect(!plain.contains { $0.hasPrefix("Left out") })
    }

    @Test("an empty ledger is said to be empty")
    func empty() {
        let report = Report(groupings: [.day], rows: [], total: .init(), openHolds: 1)
        #expect(
            ReportTable(report: report, terminal: .plain).lines
                == ["No calls in this period.", "1 attempt is open: reserved, not settled yet."])
    }

    @Test("a name that would move the cursor, split a row or widen the table is shown harmlessly")
    func hostileNames() {
        let table = TextTable(
            columns: [("name", .left)],
            rows: [["a\u{1B}[31mb\u{7}\nc"], [String(repeating: "x", count: 5_000)]])
        #expect(table.lines[1] == "a?[31mb??c")
        #expect(table.lines[2].count == TextTable.cellLimit)
    }

    @Test("columns line up and no line ends with a space")
    func columns() {
        let table = TextTable(
            columns: [("a", .left), ("number", .right)], rows: [["long name", "1"], ["b", "1000"]])
        #expect(table.lines == ["a          number", "long name       1", "b            1000"])
    }
}
