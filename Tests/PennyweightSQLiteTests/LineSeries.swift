import PennyweightLedger
import PennyweightTesting
import PennyweightTime

@testable import PennyweightSQLite

/// Random lines of every kind, over some days: attempts and retries, savings, corrections; exact, estimated
/// and unknown; with and without tags, keys, users and first tokens.
struct LineSeries {
    let random: SeededRandom
    let make: LineMaker
    /// Midnight before the first line.
    let start: Timestamp

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        make = LineMaker(seed: seed &+ 1)
        start = make.start.day.start
    }

    /// A line and what wrote it.
    enum Written {
        case attempt(Hold, Settlement)
        case saving(Saving)
        /// Of a line that was written before, by its place.
        case correction(of: Int, Cost)
    }

    /// The lines in the order of writing. Their times are in no order.
    func lines(_ count: Int) -> [Written] {
        var written: [Written] = []
        var call = (id: make.id(), subject: subject(), attempts: 0)
        for _ in 0..<count {
            if call.attempts == 0 || pick(3) > 0 { call = (make.id(), subject(), 0) }
            switch pick(10) {
            case 0...2:
                written.append(.saving(saving(call.id, call.subject)))
                call.attempts = 0
            case 3 where !written.isEmpty:
                written.append(.correction(of: pick(written.count), .exact(Money(picos: amount() - 500))))
            default:
                call.attempts += 1
                written.append(attempt(call.id, call.subject, number: call.attempts))
            }
        }
        return written
    }

    private func pick(_ limit: Int) -> Int { Int(random.next(below: UInt64(limit))) }

    private func amount() -> Int64 { Int64(random.next() >> (2 + random.next(below: 60))) }

    private func time() -> Timestamp { start + .milliseconds(Int64(pick(5 * 86_400_000))) }

    private func subject() -> Subject {
        let account = ["acme", "acme/search", "acme/search/x", "acme-two", "other"][pick(5)]
        let tags: [[String: String]] = [[:], [:], ["team": "a"], ["team": "b", "env": "prod"], ["a=b": "c"]]
        return Subject(
            account: account, key: pick(2) == 0 ? nil : "k\(pick(2))", user: pick(3) == 0 ? "u" : nil,
            tags: pick(9) == 0 ? ["a": "b=c"] : tags[pick(tags.count)],
            provider: ["openai", "azure"][pick(2)], model: "m\(pick(4))",
            route: ["/chat/completions", "/embeddings"][pick(2)])
    }

    private func cost() -> Cost {
        switch pick(4) {
        case 0: .unknown(reason: "no price")
        case 1: .estimated(lower: .zero, upper: Money(picos: amount()), reason: "cut")
        default: .exact(Money(picos: amount()))
        }
    }

    private func usage() -> Usage? {
        if pick(4) == 0 { return nil }
        var tokens = TokenUsage(input: amount(), output: pick(3) == 0 ? nil : amount())
        if pick(2) == 0 { tokens.cachedInput = amount() }
        if pick(2) == 0 { tokens.reasoning = Int64(pick(100)) }
        return Usage(tokens: tokens)
    }

    private func saving(_ call: SortableID, _ subject: Subject) -> Saving {
        Saving(
            callID: call, subject: subject, source: Saving.Source.allCases[pick(4)], usage: usage(),
            avoided: cost(), executedModel: pick(2) == 0 ? nil : "ran", at: time())
    }

    private func attempt(_ call: SortableID, _ subject: Subject, number: Int) -> Written {
        let opened = time()
        let hold = Hold(
            id: make.id(), callID: call, attempt: number, subject: subject,
            upperBound: pick(3) == 0 ? nil : Money(picos: amount()), openedAt: opened,
            expiresAt: opened + .seconds(600))
        let first: Duration? = pick(2) == 0 ? nil : .microseconds(amount() % 10_000_000)
        let settlement = Settlement(
            holdID: hold.id, outcome: Outcome.allCases[pick(Outcome.allCases.count)], cost: cost(),
            usage: usage(), executedModel: pick(3) == 0 ? "ran" : nil,
            firstTokenAt: first.map { opened + $0 },
            settledAt: opened + .microseconds(amount() % 100_000_000 - 1_000))
        return .attempt(hold, settlement)
    }
}

extension LineSeries {
    /// Writes lines to a new ledger in one transaction, with the parts that the ledger writes with. Returns
    /// what they say when they are read.
    static func write(_ written: [Written], to path: String) throws -> [LedgerLine] {
        let connection = try Connection(path, SQLiteLedger.options)
        try LedgerSchema.schema.migrate(connection)
        return try connection.transaction {
            let epoch = try connection.statement(LedgerSchema.insertEpoch).first(.of(Timestamp(seconds: 0))) {
                try $0.integer()
            }
            let pen = try LedgerPen(connection, epoch: epoch ?? 0)
            let writing = LedgerWriting(pen: pen)
            var lines: [LedgerLine] = []
            for (index, line) in written.enumerated() {
                let number = Int64(index + 1)
                switch line {
                case .attempt(let hold, let settlement):
                    _ = try writing.reserve(hold)
                    _ = try writing.settle(settlement)
                    lines.append(LedgerLine(number: number, hold, settlement))
                case .saving(let saving):
                    try writing.record(saving)
                    lines.append(LedgerLine(number: number, saving))
                case .correction(let place, let cost):
                    let isFirst = !lines.contains { $0.correctedNumber == Int64(place + 1) }
                    let line = lines[place]
                    let resolution =
                        isFirst && line.cost.status == "unknown"
                        ? line.outcome.map { LedgerLine.Resolution(outcome: $0, held: line.held) } : nil
                    lines.append(try correct(line, by: cost, number: number, resolution, writing))
                }
                pen.keep()
            }
            try pen.finish()
            return lines
        }
    }

    private static func correct(
        _ line: LedgerLine, by cost: Cost, number: Int64, _ resolution: LedgerLine.Resolution?,
        _ writing: LedgerWriting
    ) throws -> LedgerLine {
        let correction = LedgerLine(
            number: number, kind: .correction(of: line.number), callID: line.callID, at: line.at,
            subject: line.subject, cost: cost, executedModel: line.executedModel, settledAt: line.settledAt,
            resolves: resolution)
        let pen = writing.pen
        let subject = try pen.names.subject(line.subject, executedModel: line.executedModel, pen: pen)
        let call = try pen.connection.statement(LedgerSchema.findCall).first(.of(line.callID)) {
            try $0.integer()
        }
        let tags = try pen.names.tags(line.subject.tags, pen: pen)
        try writing.insert(
            correction, call: call ?? 0, subject: subject, tags: tags, corrects: line.number)
        return correction
    }
}
