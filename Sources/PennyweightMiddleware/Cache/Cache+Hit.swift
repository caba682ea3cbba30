private import Logging
private import PennyweightLedger
internal import PennyweightPipeline
private import PennyweightTime

extension Cache {
    /// What the store has for an inquiry.
    enum Finding {
        case hit(Response, CacheEntry)
        case miss(CacheOutcome.Miss)
    }

    /// The reason in the cost of an answer that no ledger line was written for. A hit on it is not accounted
    /// either.
    static let unmetered = "not metered"

    /// Looks for a fresh answer and makes it a response. Nothing that goes wrong here is more than a miss.
    func find(_ inquiry: Inquiry, directives: CacheDirectives) async -> Finding {
        if directives.noCache { return .miss(.request) }
        let entry: CacheEntry
        do {
            guard let found = try await store.entry(for: inquiry.key) else { return .miss(.absent) }
            entry = found
        } catch {
            return .miss(.storeFailed)
        }
        guard entry.canonicalDigest == inquiry.canonicalDigest, entry.account == inquiry.account else {
            return .miss(.mismatch)
        }
        switch policy.freshness(of: entry, at: time.now(), asking: directives) {
        case .stale, .undated: return .miss(.stale)
        case .tooOld: return .miss(.request)
        case .fresh(let age, let remaining):
            guard var response = try? format.unfold(entry, for: inquiry.question) else {
                return .miss(.unusable)
            }
            response.facts.attempts = 0
            response.facts[CacheFact.self] = CacheOutcome(
                .hit, key: inquiry.key, age: age, remaining: remaining, wasForwarded: false)
            response.facts[ReceiptFact.self] = receipt(for: entry)
            return .hit(response, entry)
        }
    }

    /// Leaves the line of a hit: a ledger that can't be written costs the line, not the hit.
    func note(_ entry: CacheEntry, served inquiry: Inquiry, context: Context) {
        guard let ledger, entry.cost != .unknown(reason: Cache.unmetered) else { return }
        let saving = Saving(
            callID: context.id,
            subject: Subject(
                account: context.account, key: context[KeyLabel.self], user: context[EndUser.self],
                tags: context.tags, provider: entry.provider, model: entry.model, route: entry.route),
            source: .hit, usage: entry.usage, avoided: entry.cost, executedModel: entry.executedModel,
            at: time.now(), duration: context.startedAt.map { time.instant() - $0 })
        let logger = context.logger
        ledger.enqueue(saving) { error in
            logger.warning(
                "The line of a cache hit could not be written; the hit was served.",
                metadata: ["call": "\(saving.callID)", "problem": "\(error)"])
        }
    }

    private func receipt(for entry: CacheEntry) -> Receipt? {
        if entry.cost == .unknown(reason: Cache.unmetered) { return nil }
        return Receipt(
            Receipt.Statement(
                cost: .nothing, saved: entry.cost, provider: entry.provider,
                model: entry.executedModel ?? entry.model, usage: entry.usage))
    }
}
