internal import PennyweightJSON
internal import PennyweightSQLite

/// A verdict for a person, and as JSON.
enum VerdictText {
    static func lines(_ verdict: LedgerVerdict, on terminal: Terminal) -> [String] {
        var lines: [String] = []
        for check in LedgerVerdict.Check.allCases {
            let found = verdict.findings.filter { $0.check == check }
            let mark = found.isEmpty ? terminal.styled("ok     ", .green) : terminal.styled("problem", .red)
            if found.isEmpty {
                lines.append(
                    isSkipped(check, in: verdict)
                        ? "skipped  \(check.rawValue): the file is damaged" : "\(mark)  \(check.rawValue)")
            }
            lines += found.map { "\(mark)  \(check.rawValue): \(TextTable.shown($0.problem, limit: 400))" }
        }
        let hidden = verdict.findingCount - verdict.findings.count
        if hidden > 0 { lines.append("… and \(hidden) more") }
        lines.append(
            "\(verdict.lines) lines, \(verdict.commits) commits, \(verdict.openHolds) attempts open: "
                + (verdict.isSound ? "sound" : "NOT SOUND"))
        if !verdict.digest.isEmpty { lines.append("digest: \(verdict.digest)") }
        return lines
    }

    /// `sound`, `lines`, `commits`, `open_holds`, `digest`, `finding_count`, and `findings`, each with
    /// `check`,
    /// `problem`, `table` and `commit`.
    static func json(_ verdict: LedgerVerdict) -> String {
        let findings = verdict.findings.map { finding in
            JSONValue.object([
                .init("check", .text(finding.check.rawValue)), .init("problem", .text(finding.problem)),
                .init("table", finding.table.map(JSONValue.text) ?? .null),
                .init("commit", finding.commit.map { .integer($0) } ?? .null),
            ])
        }
        let value = JSONValue.object([
            .init("sound", .bool(verdict.isSound)), .init("lines", .integer(verdict.lines)),
            .init("commits", .integer(verdict.commits)), .init("open_holds", .integer(verdict.openHolds)),
            .init("digest", .text(verdict.digest)), .init("finding_count", .integer(verdict.findingCount)),
            .init("findings", .array(findings)),
        ])
        return String(decoding: value.bytes, as: UTF8.self) + "\n"
    }

    /// Only the chain is looked at where the structure is damaged.
    private static func isSkipped(_ check: LedgerVerdict.Check, in verdict: LedgerVerdict) -> Bool {
        check != .structure && check != .chain && verdict.findings.contains { $0.check == .structure }
    }
}
