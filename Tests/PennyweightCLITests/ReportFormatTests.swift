import PennyweightJSON
import PennyweightLedger
import Testing

@testable import PennyweightCLI

@Suite("Report formats")
struct ReportFormatTests {
    @Test("the fields of the machine-readable formats are the documented ones, in their order")
    func fields() {
        #expect(
            ReportColumns.names == [
                "calls", "hits", "input_tokens", "cached_input_tokens", "output_tokens", "reasoning_tokens",
                "charged_usd", "avoided_usd", "estimated_lower_usd", "estimated_upper_usd",
                "unknown_attempts", "attempts", "unknown_held_usd", "latency_p50_ms", "latency_p95_ms",
                "latency_p99_ms", "first_token_p50_ms", "first_token_p95_ms", "first_token_p99_ms",
            ])
        #expect(ReportColumns.values(of: Totals()).count == ReportColumns.names.count)
    }

    @Test("CSV has a header, a line for each group, and quotes what must be quoted")
    func csv() {
        let lines = ReportCSV.text(ReportSample.report).split(separator: "\r\n").map(String.init)
        #expect(lines.count == 3)
        #expect(lines[0] == "model," + ReportColumns.names.joined(separator: ","))
        #expect(lines[1] == "gpt-4o,4,1,100,10,50,5,0.002,0.000000000001,0,0,0,3,0,820,820,820,,,")
        #expect(lines[2].hasPrefix("\"odd,\"\"name\"\"\",1,0,"))
    }

    @Test("two groupings are two fields, in CSV by their names, in JSON as group and subgroup")
    func pairs() throws {
        let report = ReportSample.pairs([.day, .tag], [(["2026-11-01", "team=search"], 5, 0)])
        let lines = ReportCSV.text(report).split(separator: "\r\n").map(String.init)
        #expect(lines[0] == "day,tag," + ReportColumns.names.joined(separator: ","))
        #expect(lines[1].hasPrefix("2026-11-01,team=search,1,0,"))
        let root = try JSONDocument(ReportJSON.text(report)).root
        #expect(root["group_by"]?.string == "day")
        #expect(root["subgroup_by"]?.string == "tag")
        #expect(root["rows"]?.elements[0]["group"]?.string == "2026-11-01")
        #expect(root["rows"]?.elements[0]["subgroup"]?.string == "team=search")
    }

    @Test("times are whole milliseconds, rounded up; what was not timed is empty or null, not zero")
    func times() throws {
        var totals = Totals()
        totals.latency.record(.microseconds(1))
        totals.firstToken.record(.seconds(Int64.max))
        #expect(ReportColumns.milliseconds(totals.latency) == [1, 1, 1])
        #expect(ReportColumns.milliseconds(totals.firstToken)[0] ?? 0 > 1_000_000_000)
        #expect(ReportColumns.milliseconds(Histogram()) == [nil, nil, nil])
        let root = try JSONDocument(ReportJSON.text(ReportSample.report)).root
        #expect(root["total"]?["latency_p50_ms"]?.integer == 820)
        #expect(root["total"]?["first_token_p50_ms"]?.isNull == true)
    }

    @Test("a CSV field that a spreadsheet would run is made text")
    func formula() {
        #expect(ReportCSV.quoted("=1+1") == "'=1+1")
        #expect(ReportCSV.quoted("team=search") == "team=search")
    }

    @Test("JSON has exact money as text, counts as numbers, and the open holds")
    func json() throws {
        let root = try JSONDocument(ReportJSON.text(ReportSample.report)).root
        #expect(root["group_by"]?.string == "model")
        #expect(root["rows"]?.elements.count == 2)
        #expect(root["rows"]?.elements[0]["group"]?.string == "gpt-4o")
        #expect(root["total"]?["charged_usd"]?.string == "0.0025")
        #expect(root["total"]?["estimated_upper_usd"]?.string == "0.00000000003")
        #expect(root["total"]?["unknown_attempts"]?.integer == 1)
        #expect(root["total"]?["unknown_held_usd"]?.string == "0.000000000007")
        #expect(root["open_holds"]?.integer == 2)
    }
}
