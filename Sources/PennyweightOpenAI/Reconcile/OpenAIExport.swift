public import PennyweightLedger
internal import PennyweightTime

/// Reads what OpenAI says was used and charged: the JSON of its Usage and Costs APIs, and the CSV files of
/// its dashboard.
///
/// JSON is one page (`{"object":"page","data":[…]}`), or an array of pages, as `GET /v1/organization/usage/…`
/// and `GET /v1/organization/costs` answer it: see the
/// [reference](https://platform.openai.com/docs/api-reference/usage). CSV is what the button "Export" of the
/// [usage page](https://help.openai.com/en/articles/8554956-understanding-your-api-usage) writes:
/// `completions_usage_….csv` and `cost_….csv`, in whichever grouping. Columns that aren't known are ignored.
///
/// ```swift
/// var invoice = Invoice()
/// try OpenAIExport(name: "cost_2026-11.csv", bytes: bytes).add(to: &invoice)
/// ```
public struct OpenAIExport: Sendable {
    /// The name of the file; it tells what an export without any row is about.
    public let name: String
    let bytes: [UInt8]

    /// Takes a file as it is; a path counts as its last part.
    public init(name: String, bytes: [UInt8]) {
        self.name = name.split(separator: "/").last.map(String.init) ?? name
        self.bytes = bytes
    }

    /// Adds its rows. Throws an ``OpenAIExportError`` with the place of what can't be read.
    public func add(to invoice: inout Invoice) throws(OpenAIExportError) {
        let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
        var rows: [ExportRow] = []
        switch first {
        case UInt8(ascii: "{"), UInt8(ascii: "["): rows = try pages()
        case nil: throw fail("it is empty")
        default: rows = try table()
        }
        try add(rows, to: &invoice)
    }

    private func add(_ rows: [ExportRow], to invoice: inout Invoice) throws(OpenAIExportError) {
        let known = Set(rows.compactMap(\.service))
        guard let fallback = known.count == 1 ? known.first : (known.isEmpty ? serviceByName : nil) else {
            guard !known.isEmpty else {
                throw fail(
                    "it has no row that tells what it is about: name it 'completions_usage_….' or "
                        + "'cost_….', or leave it out")
            }
            return try add(rows.filter { $0.service != nil }, services: known, fallback: nil, to: &invoice)
        }
        try add(rows, services: known.union([fallback]), fallback: fallback, to: &invoice)
    }

    private func add(
        _ rows: [ExportRow], services: Set<Invoice.Service>, fallback: Invoice.Service?,
        to invoice: inout Invoice
    ) throws(OpenAIExportError) {
        for service in services.sorted() {
            let own = rows.filter { ($0.service ?? fallback) == service }
            let lines = own.filter { !$0.quantities.isEmpty }.map { row in
                Invoice.Line(
                    service: service, bucket: row.bucket, project: row.project, name: row.name,
                    quantities: row.quantities)
            }
            do {
                try invoice.add(lines, covering: Set(own.map(\.bucket)), of: service)
            } catch {
                throw fail("\(error)")
            }
        }
    }

    /// What the name of the file says: the dashboard names its exports by what is in them.
    private var serviceByName: Invoice.Service? {
        if name.hasPrefix("cost") { return .costs }
        return Invoice.Service.allCases.first { name.hasPrefix($0.rawValue) }
    }

    func fail(_ problem: String, line: Int? = nil) -> OpenAIExportError {
        OpenAIExportError(file: name, line: line, problem: problem)
    }
}

/// One row of an export, in any of its forms; without quantities it only says that its bucket is covered.
struct ExportRow {
    var service: Invoice.Service?
    var bucket: Invoice.Bucket
    var project: String?
    var name: String?
    var quantities: [InvoiceFigure: Int128] = [:]
}

/// Why an export can't be read: the file, the line if one is to blame, and what is wrong.
public struct OpenAIExportError: Error, Sendable, Hashable, CustomStringConvertible {
    public let file: String
    /// Counted from 1.
    public let line: Int?
    public let problem: String

    /// `cost.csv line 12: "amount_value" is not decimal text: '1,5'.`
    public var description: String {
        "\(file)\(line.map { " line \($0)" } ?? ""): \(problem)."
    }
}
