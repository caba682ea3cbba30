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
                "charged_usd", "avoided_usd", "estimated_lower_usd", "estimated_upper_usd", "unknown_calls",
            ])
        #expect(ReportColumns.values(of: Report.Totals()).count == ReportColumns.names.count)
    }

    @Test("CSV has a header, a line for each group, and quotes what must be quoted")
    func csv() {
        let lines = ReportCSV.text(ReportSample.report).split(separator: "\r\n").map(String.init)
        #expect(lines.count == 3)
        #expect(lines[0] == "model," + ReportColumns.names.joined(separator: ","))
        #expect(lines[1] == "gpt-4o,4,1,100,10,50,5,0.002,0.000000000001,0,0,0")
        #expect(lines[2].hasPrefix("\"odd,\"\"name\"\"\",1,0,"))
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
        #expect(root["total"]?["unknown_calls"]?.integer == 1)
        #expect(root["open_holds"]?.integer == 2)
    }
}
