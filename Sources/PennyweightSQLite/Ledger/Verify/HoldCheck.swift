/// Each hold has exactly one line, or is open; what counts it in budgets is there as long as it is open.
struct HoldCheck {
    let connection: Connection
    let report: VerifyReport

    private static let checks: [(sql: String, table: String, problem: String)] = [
        (
            """
            SELECT hold.id FROM hold LEFT JOIN line ON line.hold = hold.id
                LEFT JOIN open_hold ON open_hold.hold = hold.id
            WHERE line.id IS NULL AND open_hold.hold IS NULL
            """, "open_hold", "has no line, and isn't open"
        ),
        (
            "SELECT open_hold.hold FROM open_hold JOIN line ON line.hold = open_hold.hold", "open_hold",
            "has a line, and still counts as open"
        ),
        (
            """
            SELECT open_hold.hold FROM open_hold JOIN hold ON hold.id = open_hold.hold
            WHERE open_hold.expires_at < hold.expires_at
            """, "open_hold", "expires earlier than it was written with"
        ),
        (
            """
            SELECT line.hold FROM line JOIN hold ON hold.id = line.hold
            WHERE line.call <> hold.call OR line.at <> hold.opened_at
            """, "line", "has a line of another call or another time"
        ),
        (
            "SELECT hold FROM hold_counter WHERE hold NOT IN (SELECT hold FROM open_hold)", "hold_counter",
            "is counted by a budget, and isn't open"
        ),
    ]

    func run() throws {
        let all = Int64(HoldCheck.checks.count)
        for (index, check) in HoldCheck.checks.enumerated() {
            try report.advance(.holds, Int64(index), of: all)
            try Statement(check.sql, on: connection).forEach([]) { row in
                report.find(.holds, "hold \(try row.integer()) \(check.problem)", table: check.table)
            }
        }
        try report.advance(.holds, all, of: all)
    }
}
