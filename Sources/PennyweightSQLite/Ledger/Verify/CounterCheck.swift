internal import PennyweightLedger
internal import PennyweightTime

/// Budgets hold what the open attempts that they count can cost.
///
/// What a counter has settled can't be compared with all lines: a process that doesn't know the budget writes
/// lines past it, and the next one that does derives the counter anew. A counter that has settled more than
/// all lines together charge is wrong in any case.
struct CounterCheck {
    let connection: Connection
    let report: VerifyReport

    func run() throws {
        try report.advance(.counters, 0, of: 1)
        try checkHeld()
        try checkSettled()
        try report.advance(.counters, 1, of: 1)
    }

    /// Each bucket holds the bounds of the open attempts that are counted in it.
    private func checkHeld() throws {
        let select = try Statement(
            """
            SELECT name, bucket, sum(held_high), sum(held_low), sum(bound_high), sum(bound_low),
                min(held_low), max(held_low)
            FROM (
                SELECT counter, start AS bucket, held_high, held_low, 0 AS bound_high, 0 AS bound_low
                FROM counter_bucket
                UNION ALL
                SELECT counter, bucket, 0, 0, ifnull(upper_bound, 0) >> 32, ifnull(upper_bound, 0) & 4294967295
                FROM hold_counter JOIN hold ON hold.id = hold_counter.hold
            ) LEFT JOIN counter ON counter.id = counter GROUP BY counter, bucket
            """, on: connection)
        try select.forEach([]) { row in
            let (name, bucket) = (row.optionalText() ?? "(none)", try row.timestamp())
            let (held, bounds) = (try row.splitSum(), try row.splitSum())
            let (least, most) = (try row.integer(), try row.integer())
            if held != bounds || least < 0 || most > 0xFFFF_FFFF {
                report.find(
                    .counters,
                    "the budget counter '\(name)' holds \(MoneyTotal(picos: held)) from "
                        + "\(bucket.text) on, its open attempts \(MoneyTotal(picos: bounds))",
                    table: "counter_bucket")
            }
        }
    }

    private func checkSettled() throws {
        let charged =
            try connection.statement(
                """
                SELECT coalesce(sum(charge >> 32), 0), coalesce(sum(charge & 4294967295), 0) FROM (
                    SELECT coalesce(cost_upper, hold.upper_bound, 0) AS charge
                    FROM line LEFT JOIN hold ON hold.id = line.hold
                WHERE kind <> 'correction' OR cost_upper > 0)
                """
            ).first([]) { try $0.splitSum() } ?? 0
        let select = try Statement(
            """
            SELECT name, sum(settled_high), sum(settled_low), min(settled_low), max(settled_low)
            FROM counter_bucket JOIN counter ON counter.id = counter GROUP BY counter
            """, on: connection)
        try select.forEach([]) { row in
            let name = try row.text()
            let settled = try row.splitSum()
            let (least, most) = (try row.integer(), try row.integer())
            if settled > max(charged, 0) || least < 0 || most > 0xFFFF_FFFF {
                report.find(
                    .counters,
                    "the budget counter '\(name)' has settled \(MoneyTotal(picos: settled)), more than all "
                        + "lines charge (\(MoneyTotal(picos: charged)))", table: "counter_bucket")
            }
        }
    }
}
