/// What the writer's thread remembers of counters, so that it needn't ask again.
struct CounterMemory {
    /// The counters that this opening has brought in step with the lines, by name.
    private(set) var numbers: [String: Int64] = [:]
    /// The latest write's additions.
    private var latest: [String] = []
    /// Whether the file has any counter; nil as long as nobody asked in this batch. Another process may have
    /// made one since the last.
    private var isAny: Bool?

    private static let limit = 100_000

    mutating func note(_ name: String, _ number: Int64) {
        if numbers.count >= CounterMemory.limit { numbers = [:] }
        numbers[name] = number
        latest.append(name)
        isAny = true
    }

    /// False if no hold can draw on a counter, because there is none.
    mutating func isAny(in connection: Connection) throws -> Bool {
        if let isAny { return isAny }
        let found = try connection.statement(LedgerSchema.anyCounter).first { try $0.integer() } == 1
        isAny = found
        return found
    }

    mutating func keep() {
        latest.removeAll(keepingCapacity: true)
    }

    mutating func undo() {
        for name in latest { numbers[name] = nil }
        isAny = nil
        keep()
    }

    /// The batch was committed. Counters are never deleted.
    mutating func end() {
        if isAny == false { isAny = nil }
    }
}
