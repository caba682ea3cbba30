internal import PennyweightLedger
internal import PennyweightTime

/// Adds rows of totals up by group. Rows are many, groups and subjects few: what a group is called is found
/// out once.
struct RollupTally {
    /// The step from a group of fewer groupings to one of one more.
    private struct Step: Hashable {
        let place: Int
        let part: Int64
    }

    private struct Subject {
        let isCovered: Bool
        /// For each grouping the number of its text; nil if it is not the subject that decides it.
        let parts: [Int64?]
    }

    private let query: ReportQuery
    private let connection: Connection
    private var subjects: [Int64: Subject] = [:]
    private var tags: [Int64: Int64] = [:]
    private var texts: [String] = []
    private var numbers: [String: Int64] = [:]
    private var places: [Step: Int] = [:]
    /// The names of each place; the first has none.
    private var names: [[String]] = [[]]
    private var totals = [RollupSum()]

    init(_ query: ReportQuery, _ connection: Connection) {
        self.query = query
        self.connection = connection
    }

    /// The sum of each group that had a row.
    var sums: [[String]: RollupSum] {
        // Those of fewer groupings were only passed through.
        let found = zip(names, totals).filter { $0.0.count == query.groupings.count }
        return Dictionary(found) { first, _ in first }
    }

    /// Adds a row of `LedgerSchema.rollupsOfAll`, `rollupsOfTagged` or `rollupsOfTags`. Totals of no single
    /// tag count as `(none)`.
    mutating func add(_ row: inout Row) throws {
        guard let place = try place(of: row.head()) else { return }
        try row.addTotals(to: &totals[place])
    }

    /// Where a row belongs; nil if the query doesn't cover its account.
    private mutating func place(of head: RollupHead) throws -> Int? {
        let subject = try subject(head.subject)
        guard subject.isCovered else { return nil }
        var place = 0
        for (index, grouping) in query.groupings.enumerated() {
            let part: Int64
            switch grouping {
            case .day: part = head.start.day.daysSinceEpoch
            case .hour: part = head.start.nanoseconds
            case .outcome: part = number(of: head.outcome)
            case .tag: part = try tag(head.tag)
            case .model, .provider, .key, .account, .endpoint: part = subject.parts[index] ?? 0
            }
            place = self.place(after: place, part, grouping)
        }
        return place
    }

    private mutating func place(after place: Int, _ part: Int64, _ grouping: ReportQuery.Grouping) -> Int {
        let step = Step(place: place, part: part)
        if let known = places[step] { return known }
        let name =
            switch grouping {
            case .day: CalendarDay(daysSinceEpoch: part).description
            case .hour: String(Timestamp(nanoseconds: part).text.prefix(13))
            default: texts[Int(part)]
            }
        names.append(names[place] + [name])
        totals.append(RollupSum())
        places[step] = totals.count - 1
        return totals.count - 1
    }

    private mutating func number(of text: String) -> Int64 {
        if let known = numbers[text] { return known }
        texts.append(text)
        numbers[text] = Int64(texts.count - 1)
        return Int64(texts.count - 1)
    }

    private mutating func tag(_ tag: Int64) throws -> Int64 {
        if let known = tags[tag] { return known }
        let text =
            tag > 0
            ? try connection.statement(LedgerSchema.tagText).first([.of(tag)]) {
                "\(try $0.text())=\(try $0.text())"
            } : nil
        let part = number(of: text ?? ReportQuery.Grouping.none)
        tags[tag] = part
        return part
    }

    private mutating func subject(_ number: Int64) throws -> Subject {
        if let known = subjects[number] { return known }
        let texts = try connection.statement(LedgerSchema.subjectTexts).first([.of(number)]) { row in
            [
                ReportQuery.Grouping.account: try row.text(),
                .key: row.optionalText() ?? ReportQuery.Grouping.none, .provider: try row.text(),
                .model: try row.text(), .endpoint: try row.text(),
            ]
        }
        let parts = query.groupings.map { grouping in texts?[grouping].map { self.number(of: $0) } }
        let isCovered = AccountPath.isCovered(texts?[.account] ?? "", by: query.account)
        let subject = Subject(isCovered: texts != nil && isCovered, parts: parts)
        subjects[number] = subject
        return subject
    }
}

/// Which totals a row holds.
struct RollupHead {
    let tag: Int64
    let start: Timestamp
    let subject: Int64
    let outcome: String
}

extension Row {
    /// Reads the first four columns of a row of totals.
    fileprivate mutating func head() throws -> RollupHead {
        RollupHead(
            tag: try integer(), start: try timestamp(), subject: try integer(), outcome: try text())
    }
}
