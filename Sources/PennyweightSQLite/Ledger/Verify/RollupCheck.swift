internal import PennyweightLedger
internal import PennyweightTime

/// Adds all lines up anew, in the order of their time, and compares each hour and day once it is complete:
/// the memory is that of one day's groups.
struct RollupCheck {
    let connection: Connection
    let report: VerifyReport

    private static let lines = LedgerSchema.lineSums + " ORDER BY line.at, line.id"

    func run() throws {
        var hours: [PendingRollups.Cell: Totals] = [:]
        var days: [PendingRollups.Cell: Totals] = [:]
        var (hour, day): (Int64?, Int64?)
        var (done, compared): (Int64, Int64) = (0, 0)
        try Statement(RollupCheck.lines, on: connection).forEach([]) { row in
            let line = try RollupLine(&row)
            let start = (hour: line.at.hour.nanoseconds, day: line.at.day.start.nanoseconds)
            if start.hour != hour { compared += try compare(&hours) }
            if start.day != day { compared += try compare(&days) }
            (hour, day) = (start.hour, start.day)
            let tags = try connection.statement(LedgerSchema.tagsOfCall).all([.of(line.call)]) {
                try $0.integer()
            }
            for tag in PendingRollups.marks(tags) {
                for (outcome, totals) in line.entries {
                    let hour = line.cell(PendingRollups.hour, start.hour, outcome, tag)
                    hours[hour, default: Totals()] += totals
                    let day = line.cell(PendingRollups.day, start.day, outcome, tag)
                    days[day, default: Totals()] += totals
                }
            }
            done += 1
            try report.advance(.rollups, done, of: report.verdict.lines)
        }
        compared += try compare(&hours)
        compared += try compare(&days)
        try findSurplus(compared)
    }

    /// Compares complete groups with their rows, and forgets them. Returns how many have one.
    private func compare(_ cells: inout [PendingRollups.Cell: Totals]) throws -> Int64 {
        var found: Int64 = 0
        for (cell, totals) in cells {
            let stored = try connection.statement(LedgerSchema.findRollup).first(cell.columns) { row in
                (0..<RollupCheck.columns).map { _ in row.value() }
            }
            if stored != nil { found += 1 }
            guard stored != totals.columns else { continue }
            let what = stored == nil ? "are not there" : "are not what the lines add up to"
            report.find(
                .rollups,
                "the totals of \(name(cell.span, cell.start)), subject \(cell.subject), "
                    + "'\(cell.outcome)', tag \(cell.tag), \(what)", table: "rollup")
        }
        cells.removeAll(keepingCapacity: true)
        return found
    }

    private static let columns = Totals().columns.count

    /// Totals without any line.
    private func findSurplus(_ compared: Int64) throws {
        guard try connection.number("SELECT count(*) FROM rollup") != compared else { return }
        var named = 0
        let select = try Statement("SELECT span, tag, start, subject, outcome FROM rollup", on: connection)
        let exists = try connection.statement(
            """
            SELECT 1 FROM line WHERE at >= ?1 AND at < ?2 AND subject = ?3
                AND coalesce(outcome, source, kind) = ?4
                AND (?5 = 0 OR EXISTS (SELECT 1 FROM call_tag WHERE call = line.call AND (?5 = -1 OR tag = ?5)))
            """)
        try select.forEach([]) { row in
            let (span, tag, start) = (try row.integer(), try row.integer(), try row.integer())
            let (subject, outcome) = (try row.integer(), try row.text())
            let (end, overflow) = start.addingReportingOverflow(span &* 1_000_000_000)
            let line = try exists.first([
                .of(start), .of(overflow ? .max : end), .of(subject), .of(outcome), .of(tag),
            ]) { try $0.integer() }
            let isAligned = start == aligned(start, to: span)
            guard line == nil || !isAligned else { return }
            named += 1
            report.find(
                .rollups,
                "the totals of \(name(span, start)), subject \(subject), '\(outcome)', tag \(tag), have no "
                    + "lines", table: "rollup")
        }
        if named == 0 {
            report.find(.rollups, "there are more totals than the lines have groups", table: "rollup")
        }
    }

    private func aligned(_ start: Int64, to span: Int64) -> Int64 {
        let time = Timestamp(nanoseconds: start)
        return (span == PendingRollups.hour ? time.hour : time.day.start).nanoseconds
    }

    private func name(_ span: Int64, _ start: Int64) -> String {
        let time = Timestamp(nanoseconds: start)
        return span == PendingRollups.hour ? "the hour \(time.text.prefix(13))" : "the day \(time.day)"
    }
}

extension Totals {
    /// The columns of a row of totals, in the order of `LedgerSchema.rollupColumns`.
    fileprivate var columns: [SQLValue] {
        [calls, attempts, hits, unknown, input, cachedInput, output, reasoning].map { .of($0) }
            + [charged, avoided, estimatedLower, estimatedUpper, unknownHeld].flatMap(\.halves)
            + [.bytes(latency.bytes), .bytes(firstToken.bytes)]
    }
}

/// What totals need of a line.
private struct RollupLine {
    let at: Timestamp
    let subject: Int64
    let call: Int64
    let entries: [(outcome: String, totals: Totals)]

    /// Reads the columns of `LedgerSchema.lineSums`.
    init(_ row: inout Row) throws {
        _ = try row.integer()
        (subject, call) = (try row.integer(), try row.integer())
        let line = try row.lineToAdd()
        at = line.at
        entries = line.entries
    }

    func cell(_ span: Int64, _ start: Int64, _ outcome: String, _ tag: Int64) -> PendingRollups.Cell {
        PendingRollups.Cell(span: span, tag: tag, start: start, subject: subject, outcome: outcome)
    }
}
