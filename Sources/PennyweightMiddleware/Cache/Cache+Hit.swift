private import HTTPTypes
private import Logging
internal import PennyweightLedger
internal import PennyweightPipeline
private import PennyweightTime

extension Cache {
    /// What the store has for an inquiry.
    enum Finding {
        case hit(Hit)
        /// Nothing to serve at once; something, perhaps, if the provider fails.
        case miss(CacheOutcome.Miss, StaleAnswer? = nil)
    }

    /// A stored answer that is served.
    struct Hit {
        let response: Response
        let entry: CacheEntry
        var source = Saving.Source.hit
        /// True if a new answer is to be fetched behind it.
        var refreshes = false
    }

    /// The reason in the cost of an answer that no ledger line was written for. A hit on it is not accounted
    /// either.
    static let unmetered = "not metered"

    /// Looks for an answer and makes it a response. Nothing that goes wrong here is more than a miss.
    func find(_ inquiry: Inquiry, random: UInt64) async -> Finding {
        if inquiry.plan.mode == .record { return .miss(.record) }
        guard inquiry.plan.looksUp else { return .miss(.request) }
        let entry: CacheEntry
        do {
            guard let found = try await stored(for: inquiry) else { return .miss(.absent) }
            entry = found
        } catch {
            return .miss(.storeFailed)
        }
        guard inquiry.isAnswered(by: entry) else { return .miss(.mismatch) }
        if let verdict = inquiry.plan.verdict(onPinned: entry, at: time.now()) {
            return await finding(verdict, entry, inquiry)
        }
        let moment = FreshnessPolicy.Moment(
            now: time.now(), random: random, clockTolerance: policy.clockTolerance)
        let verdict = inquiry.plan.freshness.verdict(
            on: entry, under: inquiry.key, took: entry.took, asking: inquiry.plan.directives, at: moment)
        return await finding(verdict, entry, inquiry)
    }

    private func finding(
        _ verdict: FreshnessVerdict, _ entry: CacheEntry, _ inquiry: Inquiry
    ) async -> Finding {
        switch verdict {
        case .undated: return .miss(.stale)
        case .fresh(let age, let remaining, let refreshes):
            guard let response = await response(entry, inquiry, age: age, remaining: remaining) else {
                return .miss(.unusable)
            }
            return .hit(Hit(response: response, entry: entry, refreshes: refreshes))
        case .tooOld(let age, let remaining, let use), .stale(let age, let remaining, let use):
            let reason =
                if case .stale = verdict { CacheOutcome.Miss.stale } else { CacheOutcome.Miss.request }
            guard use != .none,
                let response = await response(
                    entry, inquiry, age: age, remaining: remaining, detail: use.detail)
            else { return .miss(reason) }
            if use == .onError { return .miss(reason, StaleAnswer(response: response, entry: entry)) }
            let refreshes = use == .whileRevalidating && inquiry.plan.refreshes
            return .hit(Hit(response: response, entry: entry, source: .stale, refreshes: refreshes))
        }
    }

    /// The response that a stored answer makes; nil if it can't be unfolded. One whose images are gone is
    /// removed.
    private func response(
        _ entry: CacheEntry, _ inquiry: Inquiry, age: Duration, remaining: Duration, detail: String? = nil
    ) async -> Response? {
        let times = times(of: entry, for: inquiry)
        var inquiry = inquiry
        // As fine as the original, or there would be nothing to pace.
        inquiry.question.pieceCount = times?.pieceCount(choices: inquiry.question.choiceCount)
        var response: Response
        do {
            response = try await unfold(entry, for: inquiry)
        } catch {
            if case MediaAbsence.evicted = error { await discard(entry) }
            return nil
        }
        if let times { response = paced(response, times, for: inquiry) }
        response.facts.attempts = 0
        var outcome = CacheOutcome(
            .hit, key: inquiry.key, age: age, remaining: remaining, wasForwarded: false)
        outcome.recording = entry.id
        outcome.detail = detail
        response.facts[CacheFact.self] = outcome
        response.facts[ReceiptFact.self] = receipt(for: entry)
        if !inquiry.question.wantsStream, inquiry.question.media == nil {
            response.facts[GzipFact.self] = entry.gzipMember
        }
        return response
    }

    /// The response that an entry makes. A refusal is the same to all who ask.
    func unfold(_ entry: CacheEntry, for inquiry: Inquiry) async throws -> Response {
        guard entry.status >= 400 else {
            if inquiry.question.media != nil { return try await rendered(entry, for: inquiry) }
            return try format.unfold(entry, for: inquiry.question)
        }
        var head = HTTPResponse(status: .init(code: entry.status))
        head.headerFields[.contentType] = entry.contentType
        return Response(head: head, body: Body(entry.body))
    }

    /// Leaves the line of a hit: a ledger that can't be written costs the line, not the hit.
    func note(_ hit: Hit, served inquiry: Inquiry, context: Context) {
        guard let statement = hit.entry.statement else { return }
        note(statement, source: hit.source, served: inquiry, context: context)
    }

    /// Leaves the line of a call that was answered without an attempt. `paid` is what the answer cost the
    /// call that paid.
    func note(
        _ paid: Receipt.Statement, source: Saving.Source, served inquiry: Inquiry, context: Context
    ) {
        guard let ledger else { return }
        let saving = Saving(
            callID: context.id,
            subject: Subject(
                account: context.account, key: context[KeyLabel.self], user: context[EndUser.self],
                tags: context.tags, provider: paid.provider, model: inquiry.question.model,
                route: inquiry.question.route),
            source: source, usage: paid.usage, avoided: paid.cost, executedModel: paid.model,
            at: time.now(), duration: context.startedAt.map { time.instant() - $0 })
        let logger = context.logger
        ledger.enqueue(saving) { error in
            logger.warning(
                "The line of a cache hit could not be written; the hit was served.",
                metadata: ["call": "\(saving.callID)", "problem": "\(error)"])
        }
    }

    private func receipt(for entry: CacheEntry) -> Receipt? {
        entry.statement.map { paid in
            Receipt(
                Receipt.Statement(
                    cost: .nothing, saved: paid.cost, provider: paid.provider, model: paid.model,
                    usage: paid.usage))
        }
    }
}

extension FreshnessVerdict.StaleUse {
    /// What `Cache-Status` says of a stale answer.
    fileprivate var detail: String? {
        switch self {
        case .whileRevalidating: "stale-while-revalidate"
        case .accepted: "max-stale"
        case .onError: "stale-if-error"
        case .none: nil
        }
    }
}

extension CacheEntry {
    /// What the original cost; nil if that was not accounted.
    var statement: Receipt.Statement? {
        if cost == .unknown(reason: Cache.unmetered) { return nil }
        return Receipt.Statement(
            cost: cost, provider: provider, model: executedModel ?? model, usage: usage)
    }
}
