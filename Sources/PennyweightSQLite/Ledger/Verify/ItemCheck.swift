internal import PennyweightLedger

/// Line items add up to the exact cost of their line, and each is its count at its unit price.
struct ItemCheck {
    let connection: Connection
    let report: VerifyReport

    func run() throws {
        let all = try connection.number("SELECT count(*) FROM line_item")
        var done: Int64 = 0
        var line: Int64?
        var sum: Int128 = 0
        let select = try Statement(
            "SELECT line, count, unit_price, amount FROM line_item ORDER BY line, position", on: connection)
        try select.forEach([]) { row in
            let number = try row.integer()
            let (count, price, amount) = (try row.integer(), try row.integer(), try row.integer())
            if number != line {
                try compare(line, sum)
                (line, sum) = (number, 0)
            }
            sum += Int128(amount)
            if Int128(count) * Int128(price) != Int128(amount) {
                report.find(
                    .items, "an item of line \(number) isn't its count at its unit price", table: "line_item")
            }
            done += 1
            try report.advance(.items, done, of: all)
        }
        try compare(line, sum)
        try checkBounds()
    }

    private func compare(_ line: Int64?, _ sum: Int128) throws {
        guard let line else { return }
        let cost = try connection.statement(
            "SELECT cost_lower FROM line WHERE id = ? AND cost_status = 'exact'"
        )
        .first([.of(line)]) { try $0.integer() }
        guard let cost, Int128(cost) != sum else { return }
        report.find(
            .items,
            "the items of line \(line) come to \(MoneyTotal(picos: sum)), the line to \(Money(picos: cost))",
            table: "line_item")
    }

    /// An exact cost is both of its bounds; an estimate's lower bound is not above its upper one.
    private func checkBounds() throws {
        let select = try Statement(
            """
            SELECT id FROM line WHERE cost_status = 'exact' AND cost_lower IS NOT cost_upper
                OR cost_status = 'estimated' AND ifnull(cost_lower > cost_upper, 1)
            """, on: connection)
        try select.forEach([]) { row in
            report.find(.items, "the bounds of line \(try row.integer()) contradict its cost", table: "line")
        }
    }
}
