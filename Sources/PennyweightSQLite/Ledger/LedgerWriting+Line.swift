internal import PennyweightLedger
internal import PennyweightTime

extension LedgerWriting {
    /// Writes the line of an attempt with its parts, and adds it to the totals; `tags` in their order.
    func insert(
        _ settlement: Settlement, of hold: HoldToSettle, subject: Int64, tags: [Int64]
    ) throws {
        let price = try settlement.priceVersion.map { try pen.names.text($0, pen: pen) }
        let number = try pen.insert(.line) { row in
            row.put("attempt")
            row.put(hold.row)
            row.put(hold.call)
            row.put(nil as Int64?)
            row.put(hold.openedAt)
            row.put(subject)
            row.put(settlement.outcome.rawValue)
            row.put(nil as String?)
            row.put(settlement.cost)
            row.put(nil as Cost?)
            row.put(price)
            row.put(settlement.status)
            row.put(settlement.firstByteAt)
            row.put(settlement.firstTokenAt)
            row.put(settlement.settledAt)
            row.put(settlement.characters)
            row.put(settlement.usage)
        }
        try insert(settlement.items, settlement.usage?.meters ?? [], of: number)
        pen.rollups.add(
            subject: subject, outcome: settlement.outcome.rawValue, tags: tags, at: hold.openedAt
        ) { totals in
            totals.add(
                settlement, attempt: hold.attempt, held: hold.upperBound, openedAt: hold.openedAt)
        }
    }

    /// The same for a line that closes no hold.
    func insert(
        _ line: LedgerLine, call: Int64, subject: Int64, tags: [Int64], corrects: Int64?
    ) throws {
        let price = try line.priceVersion.map { try pen.names.text($0, pen: pen) }
        let number = try pen.insert(.line) { row in
            row.put(corrects == nil ? "saving" : "correction")
            row.put(nil as Int64?)
            row.put(call)
            row.put(corrects)
            row.put(line.at)
            row.put(subject)
            row.put(nil as String?)
            row.put(line.source?.rawValue)
            row.put(line.cost)
            row.put(line.avoided)
            row.put(price)
            row.put(line.status)
            row.put(line.firstByteAt)
            row.put(line.firstTokenAt)
            row.put(line.settledAt)
            row.put(line.characters)
            row.put(line.usage)
        }
        try insert(line.items, line.usage?.meters ?? [], of: number)
        for (outcome, totals) in line.entries {
            pen.rollups.add(subject: subject, outcome: outcome, tags: tags, at: line.at) { $0 += totals }
        }
    }

    private func insert(_ items: [LineItem], _ meters: [Usage.Meter], of line: Int64) throws {
        for (position, item) in items.enumerated() {
            try pen.insertPart(.lineItem) { row in
                row.put(line)
                row.put(position)
                row.put(item.unit.rawValue)
                row.put(item.variant)
                row.put(item.count)
                row.put(item.unitPrice)
                row.put(item.amount)
            }
        }
        for (position, meter) in meters.enumerated() {
            try pen.insertPart(.meter) { row in
                row.put(line)
                row.put(position)
                row.put(meter.unit.rawValue)
                row.put(meter.variant)
                row.put(meter.count)
            }
        }
    }
}

extension LedgerLine {
    /// Where an answer without an attempt came from.
    fileprivate var source: Saving.Source? {
        if case .saving(let source, _) = kind { source } else { nil }
    }
}
