private import PennyweightLedger
internal import PennyweightPipeline

/// What has been done to answer several questions at once: what is known, what was sent, what it cost.
struct BatchCourse {
    /// The answers to single questions that go together.
    private(set) var known: [CacheKey: [UInt8]]
    /// What the stored ones among them cost when they were paid for; nil if none is used, or if that is not
    /// known.
    private(set) var avoided: Receipt.Statement?
    private var attempts = 0
    private var waited = Duration.zero
    private var receipts: [Receipt?] = []
    private var hasTurned = false

    init(knowing stored: [CacheKey: CacheEntry]) {
        known = stored.mapValues(\.body)
        avoided = Receipt.Statement.sum(stored.values.map(\.statement))
    }

    /// The context of what is sent next: its attempts follow those that there were.
    func context(of context: Context) -> Context {
        var context = context
        context.attempt += attempts
        return context
    }

    /// Counts what was sent, and says so on the response.
    mutating func note(_ response: inout Response) {
        attempts += response.facts.attempts
        waited += response.facts.waited
        response.facts.attempts = attempts
        response.facts.waited = waited
        receipts.append(response.facts[ReceiptFact.self])
    }

    /// Forgets what is stored: of what is known only the newest answers go together. If they don't go with
    /// what is asked next either, everything is asked at once.
    mutating func turn(to new: [CacheKey: [UInt8]]) {
        known = hasTurned ? [:] : new
        avoided = nil
        hasTurned = true
    }

    /// The response with what all that was sent cost together, and what was avoided.
    func settled(_ response: Response) -> Response {
        let statements = receipts.map { $0?.statement }
        guard avoided != nil || receipts.count > 1, var paid = Receipt.Statement.sum(statements) else {
            return response
        }
        paid.saved = avoided?.cost ?? .nothing
        if receipts.count == 1 { paid.usage = statements.first??.usage }
        var response = response
        response.facts[ReceiptFact.self] = Receipt(paid)
        return response
    }
}

extension Receipt.Statement {
    /// What several cost together, without their usage; nil if there is none, or one is not known.
    static func sum(_ all: [Receipt.Statement?]) -> Receipt.Statement? {
        let known = all.compactMap { $0 }
        guard let last = known.last, known.count == all.count else { return nil }
        return Receipt.Statement(
            cost: Cost.sum(known.map(\.cost)), provider: last.provider, model: last.model)
    }
}
