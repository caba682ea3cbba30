internal import PennyweightLedger
internal import PennyweightTime

/// Reports out of the totals by hour and day: what they cost depends on the span and on how many
/// combinations there are, not on how many lines.
///
/// Whole days are read as days, what lies before and after them as hours.
struct LedgerReports {
    let connection: Connection

    func report(_ query: ReportQuery) throws -> Report {
        let all = try sums(query, LedgerSchema.rollupsOfAll)
        var total = Totals()
        for sum in all.values { total += sum.totals }
        let rows = query.groupings.contains(.tag) ? try byTag(query, all) : all.mapValues(\.totals)
        return Report(
            groupings: query.groupings,
            rows: Report.sorted(
                rows.map { Report.Row(group: $0.key, totals: $0.value) }, by: query.groupings),
            total: total, openHolds: try connection.number(LedgerSchema.countOpenHolds))
    }

    /// The sums of the lines without a tag, which are what those with any tag leave of all, and those of each
    /// tag.
    private func byTag(
        _ query: ReportQuery, _ all: [[String]: RollupSum]
    ) throws -> [[String]: Totals] {
        var untagged = all
        for (group, sum) in try sums(query, LedgerSchema.rollupsOfTagged) { untagged[group]?.subtract(sum) }
        let left = untagged.mapValues(\.totals).filter { $0.value != Totals() }
        // A tag that is called like the lack of one is added to it.
        return try sums(query, LedgerSchema.rollupsOfTags).reduce(into: left) { sums, tagged in
            sums[tagged.key, default: Totals()] += tagged.value.totals
        }
    }

    private func sums(_ query: ReportQuery, _ sql: String) throws -> [[String]: RollupSum] {
        var tally = RollupTally(query, connection)
        for stretch in query.stretches {
            try connection.statement(sql)
                .forEach([.of(stretch.span), .of(stretch.start), .of(stretch.end)]) { try tally.add(&$0) }
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
