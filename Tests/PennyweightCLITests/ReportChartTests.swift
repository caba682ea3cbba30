import Foundation
import PennyweightLedger
import PennyweightTime
import Testing

@testable import PennyweightCLI

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite("ReportChart")
struct ReportChartTests {
    private static let queries: [(name: String, report: Report, query: ReportQuery)] = [
        ("days-and-models", ReportSample.daysAndModels, ReportQuery(by: .day, .model)),
        ("models", ReportSample.report, ReportQuery(by: .model)),
    ]

    @Test("the document is the one that a person looked at, byte for byte", arguments: [0, 1])
    func golden(index: Int) throws {
        let (name, report, query) = ReportChartTests.queries[index]
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = tests.appendingPathComponent("Fixtures/Charts/\(name).svg")
        let text = ReportChart(report, of: query).text
        if ProcessInfo.processInfo.environment["PENNYWEIGHT_WRITE_FIXTURES"] != nil {
            try Data(text.utf8).write(to: file)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == text)
    }

    @Test("hostile names leave a document that is well formed, without script and without references")
    func wellFormed() throws {
        let names = [
            "</text><script>alert(1)</script>", "\"'&<>]]>", "a\u{0}b\u{1B}[31m\u{202E}c\u{FFFF}\u{2028}",
            "😀é",
            String(repeating: "long ", count: 500),
        ]
        for groupings in [[.model], [.model, .tag], [.day, .model]] as [[ReportQuery.Grouping]] {
            let rows = names.map { name in
                (groupings.map { $0 == .day ? "2026-11-01" : name }, Int128(5), Int128(3))
            }
            var query = ReportQuery(by: .model, since: Timestamp(seconds: 0))
            query.groupings = groupings
            query.account = "a<b"
            let text = ReportChart(ReportSample.pairs(groupings, rows), of: query).text
            let watch = DocumentWatch()
            let parser = XMLParser(data: Data(text.utf8))
            parser.delegate = watch
            #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "")")
            #expect(watch.elements.isSubset(of: ["svg", "title", "desc", "style", "rect", "path", "text"]))
            #expect(!watch.attributes.contains { $0.lowercased().hasPrefix("on") || $0.contains("href") })
            #expect(!text.contains("url(") && !text.contains("@import"))
        }
    }

    @Test("it says what it is to who can't see it")
    func accessible() {
        let text = ReportChart(ReportSample.daysAndModels, of: ReportQuery(by: .day, .model)).text
        #expect(text.contains("role=\"img\" aria-labelledby=\"chart-title chart-description\""))
        #expect(text.contains("<title id=\"chart-title\">Charged by day and model</title>"))
        #expect(
            text.contains(
                "<desc id=\"chart-description\">A stacked bar for each day, a colour for each model."))
        #expect(text.contains("The cost of 3 attempts is unknown, and in no bar."))
    }

    @Test("an estimate is lighter than what was charged, and every piece tells its exact amounts")
    func estimated() {
        let report = ReportSample.pairs([.model], [(["m"], 3_000_000_000_000, 1_000_000_000_000)])
        let text = ReportChart(report, of: ReportQuery(by: .model)).text
        #expect(text.contains("<title>m: $3 charged, $0.5..$1 estimated</title>"))
        #expect(text.components(separatedBy: "class=\"c0 q\"").count == 3)
    }

    @Test("nothing, and sums below nothing, can be drawn")
    func nothing() {
        let empty = Report(groupings: [.day], rows: [], total: Totals(), openHolds: 0)
        #expect(ReportChart(empty, of: ReportQuery(by: .day)).text.contains("No calls in this period."))
        let corrected = ReportSample.pairs([.model], [(["m"], -5, 0), (["n"], 5, 0)])
        let text = ReportChart(corrected, of: ReportQuery(by: .model)).text
        #expect(text.contains("-$0.000000000005"))
        #expect(text.contains("Negative sums (corrections) have no length."))
    }

    @Test("what the query covers is said")
    func period() throws {
        let day = try #require(CalendarDay("2026-11-01")).start
        var query = ReportQuery(by: .day, since: day, until: day + .seconds(86_400))
        query.account = "acme/search"
        let text = ReportChart(ReportSample.daysAndModels, of: query).text
        #expect(text.contains("account acme/search · from 2026-11-01T00 · until 2026-11-02T00"))
    }
}

/// Collects which elements and attributes a document has.
private final class DocumentWatch: NSObject, XMLParserDelegate {
    var elements: Set<String> = []
    var attributes: Set<String> = []

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        elements.insert(name)
        self.attributes.formUnion(attributes.keys)
    }
}
