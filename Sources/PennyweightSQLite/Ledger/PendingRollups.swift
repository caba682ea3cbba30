internal import PennyweightLedger
internal import PennyweightTime

/// What the lines of a batch add to the totals by hour and by day; written once, before the commit.
struct PendingRollups {
    /// One row of totals.
    struct Cell: Hashable {
        let span: Int64
        let tag: Int64
        let start: Int64
        let subject: Int64
        let outcome: String
    }

    static let hour: Int64 = 3_600
    static let day: Int64 = 86_400
    /// The totals of all lines.
    static let allTags: Int64 = 0
    /// The totals of the lines that have any tag.
    static let anyTag: Int64 = -1

    /// Lines that go to the same rows: those of all their tags, by hour and by day.
    private struct Group: Hashable {
        let subject: Int64
        let outcome: String
        let hour: Timestamp
        let tags: [Int64]

        /// These differ most; all are compared.
        func hash(into hasher: inout Hasher) {
            hasher.combine(subject)
            hasher.combine(hour.nanoseconds)
        }
    }

    private var kept: [Group: Totals] = [:]
    private var latest: [Group: Totals] = [:]
    /// Written by the latest write, and lost if that is undone.
    private var early: [Group: Totals] = [:]
    private var memory = RollupMemory()

    /// Adds a line of a subject that was opened at a time; its tags in their order. `change` adds it to the
    /// totals that it belongs to.
    mutating func add(
        subject: Int64, outcome: String, tags: [Int64], at time: Timestamp,
        _ change: (inout Totals) -> Void
    ) {
        let group = Group(subject: subject, outcome: outcome, hour: time.hour, tags: tags)
        change(&latest[group, default: Totals()])
    }

    mutating func keep() {
        if kept.isEmpty {
            swap(&kept, &latest)
        } else {
            kept.merge(latest, uniquingKeysWith: +)
            latest.removeAll(keepingCapacity: true)
        }
        early.removeAll(keepingCapacity: true)
    }

    mutating func undo() {
        latest.removeAll(keepingCapacity: true)
        kept.merge(early, uniquingKeysWith: +)
        early.removeAll(keepingCapacity: true)
        memory.forget()
    }

    /// The batch has ended.
    mutating func end(isCommitted: Bool) {
        kept.removeAll(keepingCapacity: true)
        latest.removeAll(keepingCapacity: true)
        early.removeAll(keepingCapacity: true)
        if isCommitted { memory.trim() } else { memory.forget() }
    }

    /// Writes what earlier writes of the batch add, for a write that reads the totals.
    mutating func writeEarly(to connection: Connection) throws {
        early.merge(kept, uniquingKeysWith: +)
        try write(to: connection)
    }

    /// Makes all rows anew out of the lines.
    mutating func rebuild(in connection: Connection) throws {
        // Lines of the same batch are in the file: what they add must not be added again.
        try writeEarly(to: connection)
        memory.forget()
        try LedgerRollups.rebuild(connection)
    }

    /// Adds everything to the rows of the file.
    mutating func write(to connection: Connection) throws {
        guard !kept.isEmpty else { return }
        var cells = [Cell: Totals](minimumCapacity: 6 * kept.count)
        for (group, totals) in kept {
            let starts = [
                (PendingRollups.hour, group.hour), (PendingRollups.day, group.hour.day.start),
            ]
            for tag in PendingRollups.marks(group.tags) {
                for (span, start) in starts {
                    let cell = Cell(
                        span: span, tag: tag, start: start.nanoseconds, subject: group.subject,
                        outcome: group.outcome)
                    cells[cell, default: Totals()] += totals
                }
            }
        }
        try memory.follow(connection)
        for (cell, totals) in cells { try memory.add(totals, to: cell, in: connection) }
        kept.removeAll(keepingCapacity: true)
    }

    /// What the column `tag` says in the rows that a line with these tags belongs to.
    static func marks(_ tags: [Int64]) -> [Int64] {
        tags.isEmpty ? [allTags] : [allTags, anyTag] + tags
    }
}

extension Totals {
    fileprivate static func + (left: Totals, right: Totals) -> Totals {
        var sum = left
        sum += right
        return sum
    }
}
