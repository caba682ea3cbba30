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

        var columns: [SQLValue] {
            [.of(account), .of(key), .of(provider), .of(model), .of(executedModel), .of(route)]
        }
    }

    private struct Tag: Hashable {
        let name: String
        let value: String
    }

    private static let limit = 10_000

    private var subjects: [SubjectKey: Int64] = [:]
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
                ]) { try $0.integer() } ?? pen.insert(.subject, key.columns)
        if subjects.count >= LedgerNames.limit { subjects = [:] }
        subjects[key] = number
        return number
    }

    /// The numbers of some tags, in their order.
    mutating func tags(_ wanted: [String: String], pen: LedgerPen) throws -> [Int64] {
        try wanted.map { name, value in
            let tag = Tag(name: name, value: value)
            if let known = tags[tag] { return known }
            let number =
                try pen.connection.statement(LedgerSchema.findTag).first([.of(name), .of(value)]) {
                    try $0.integer()
                } ?? pen.insert(.tag, [.of(name), .of(value)])
            if tags.count >= LedgerNames.limit { tags = [:] }
            tags[tag] = number
            return number
        }.sorted()
    }

    mutating func text(_ text: String, pen: LedgerPen) throws -> Int64 {
        if let known = texts[text] { return known }
        let number =
            try pen.connection.statement(LedgerSchema.findName).first([.of(text)]) { try $0.integer() }
            ?? pen.insert(.name, [.of(text)])
        if texts.count >= LedgerNames.limit { texts = [:] }
        texts[text] = number
        return number
    }
}
