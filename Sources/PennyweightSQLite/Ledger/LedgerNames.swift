internal import PennyweightLedger

/// The numbers of texts that are written once: subjects, tags, price versions. Remembers those that were
/// asked for, up to a limit.
struct LedgerNames {
    /// Who a row is for, and what ran.
    struct SubjectKey: Hashable {
        let account: String
        let key: String?
        let provider: String
        let model: String
        let executedModel: String?
        let route: String

        init(_ subject: Subject, executedModel: String?) {
            account = subject.account
            key = subject.key
            provider = subject.provider
            model = subject.model
            route = subject.route
            self.executedModel = executedModel
        }

        /// These differ most; all are compared.
        func hash(into hasher: inout Hasher) {
            hasher.combine(account)
            hasher.combine(key)
            hasher.combine(model)
        }

        func put(into row: inout NewRow) {
            row.put(account)
            row.put(key)
            row.put(provider)
            row.put(model)
            row.put(executedModel)
            row.put(route)
        }
    }

    private struct Tag: Hashable {
        let name: String
        let value: String
    }

    private static let limit = 10_000

    private struct Executed: Hashable {
        let subject: Int64
        let model: String
    }

    private var subjects: [SubjectKey: Int64] = [:]
    private var executed: [Executed: Int64] = [:]
    private var tags: [Tag: Int64] = [:]
    private var texts: [String: Int64] = [:]

    mutating func subject(_ subject: Subject, executedModel: String?, pen: LedgerPen) throws -> Int64 {
        let key = SubjectKey(subject, executedModel: executedModel)
        if let known = subjects[key] { return known }
        let number =
            try pen.connection.statement(LedgerSchema.findSubject).first(
                [
                    .of(key.account), .of(key.model), .of(key.key ?? ""), .of(key.executedModel ?? ""),
                    .of(key.route), .of(key.provider),
                ]) { try $0.integer() } ?? pen.insert(.subject) { key.put(into: &$0) }
        if subjects.count >= LedgerNames.limit { subjects = [:] }
        subjects[key] = number
        return number
    }

    /// The number of a subject together with what ran for it; `number` is the one without.
    mutating func executed(_ model: String?, for number: Int64, pen: LedgerPen) throws -> Int64 {
        guard let model else { return number }
        let key = Executed(subject: number, model: model)
        if let known = executed[key] { return known }
        let asked = try pen.connection.statement(LedgerSchema.askedSubject).first([.of(number)]) { row in
            Subject(
                account: try row.text(), key: row.optionalText(), provider: try row.text(),
                model: try row.text(), route: try row.text())
        }
        guard let asked else {
            throw StorageProblem(
                .unexpectedRow, "Subject \(number) isn't in '\(pen.connection.path)': the file was changed.")
        }
        let found = try subject(asked, executedModel: model, pen: pen)
        if executed.count >= LedgerNames.limit { executed = [:] }
        executed[key] = found
        return found
    }

    /// The numbers of some tags, in their order.
    mutating func tags(_ wanted: [String: String], pen: LedgerPen) throws -> [Int64] {
        var numbers: [Int64] = []
        numbers.reserveCapacity(wanted.count)
        for (name, value) in wanted { numbers.append(try tag(Tag(name: name, value: value), pen: pen)) }
        if numbers.count > 1 { numbers.sort() }
        return numbers
    }

    private mutating func tag(_ tag: Tag, pen: LedgerPen) throws -> Int64 {
        if let known = tags[tag] { return known }
        let find = try pen.connection.statement(LedgerSchema.findTag)
        let number =
            try find.first([.of(tag.name), .of(tag.value)]) { try $0.integer() }
            ?? pen.insert(.tag) { row in
                row.put(tag.name)
                row.put(tag.value)
            }
        if tags.count >= LedgerNames.limit { tags = [:] }
        tags[tag] = number
        return number
    }

    mutating func text(_ text: String, pen: LedgerPen) throws -> Int64 {
        if let known = texts[text] { return known }
        let number =
            try pen.connection.statement(LedgerSchema.findName).first([.of(text)]) { try $0.integer() }
            ?? pen.insert(.name) { $0.put(text) }
        if texts.count >= LedgerNames.limit { texts = [:] }
        texts[text] = number
        return number
    }
}
