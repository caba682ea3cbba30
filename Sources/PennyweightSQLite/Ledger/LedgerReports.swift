internal import PennyweightLedger
internal import PennyweightTime

/// Reports out of the totals by hour and day: what they cost depends on the span and on how many
/// combinations there are, not on how many lines.
///
/// Whole days are read as days, what lies before and after them as hours.
struct LedgerReports {
    let connection: Connection

    func report(_ query: ReportQuery) throws -> Report {
        let all = try sums(query, LedgerSchema.rollupsOfAll) { try $0.add(&$1) }
        var total = Totals()
        for totals in all.values { total += totals }
        let rows = query.groupings.contains(.tag) ? try byTag(query) : all
        return Report(
            groupings: query.groupings,
            rows: Report.sorted(
                rows.map { Report.Row(group: $0.key, totals: $0.value) }, by: query.groupings),
            total: total, openHolds: try connection.number(LedgerSchema.countOpenHolds))
    }

    /// The sums of the lines without a tag, and those of each tag.
    private func byTag(_ query: ReportQuery) throws -> [[String]: Totals] {
        let untagged = try sums(query, LedgerSchema.rollupsWithTagged) { try $0.addUntagged(&$1) }
        let tagged = try sums(query, LedgerSchema.rollupsOfTags) { try $0.add(&$1) }
        return untagged.merging(tagged) { one, other in
            // A tag that is called like the lack of one.
            var sum = one
            sum += other
            return sum
        }
    }

    private func sums(
        _ query: ReportQuery, _ sql: String, add: (inout RollupTally, inout Row) throws -> Void
    ) throws -> [[String]: Totals] {
        var tally = RollupTally(query, connection)
        for stretch in query.stretches {
            try connection.statement(sql)
                .forEach([.of(stretch.span), .of(stretch.start), .of(stretch.end)]) { try add(&tally, &$0) }
        }
        return tally.sums
    }
}

/// A part of the time that a report covers, and whether its days or its hours are read.
struct ReportStretch: Hashable {
    let span: Int64
    let start: Timestamp
    let end: Timestamp
}

extension ReportQuery {
    /// The parts that cover the query: as many whole days as there are, unless hours are asked for.
    var stretches: [ReportStretch] {
        let start = since?.hour ?? Timestamp(nanoseconds: .min)
        let end = until ?? Timestamp(nanoseconds: .max)
        let firstDay = start.day.start < start ? start.day.start + .seconds(86_400) : start
        let lastDay = until?.day.start ?? end
        guard !groupings.contains(.hour), firstDay < lastDay else {
            return start < end ? [ReportStretch(span: PendingRollups.hour, start: start, end: end)] : []
        }
        return [
            ReportStretch(span: PendingRollups.hour, start: start, end: firstDay),
            ReportStretch(span: PendingRollups.day, start: firstDay, end: lastDay),
            ReportStretch(span: PendingRollups.hour, start: lastDay, end: end),
        ].filter { $0.start < $0.end }
    }
}
