private import HTTPTypes
private import Logging
private import PennyweightLedger
internal import PennyweightPipeline
private import PennyweightTime

extension SemanticLookup {
    /// Looks for an answer to a similar question. Throws `CancellationError` alone.
    func find(_ lookup: Lookup) async throws -> Finding {
        guard let place = try await place(of: lookup) else {
            return .nothing(lookup.missed.mayBeServed ? .noVector : nil, nil, compare: nil)
        }
        guard lookup.missed.mayBeServed else { return .nothing(nil, place, compare: nil) }
        do {
            let found = try await alarms.bounded(
                until: lookup.due,
                failure: Failure(.deadlineExceeded, "The search for a similar question took too long.")
            ) { () async throws -> Closest in try await closest(to: lookup, at: place) }
            guard let candidate = found.candidate else {
                return .nothing(.nothingSimilar, place, compare: nil)
            }
            guard found.isAllowed else { return .nothing(.unproven, place, compare: candidate) }
            if random.next(below: 1_000) < UInt64(max(policy.explorePerMille, 0)) {
                return .nothing(.explored, place, compare: candidate)
            }
            guard let response = serve(candidate, to: lookup) else {
                return .nothing(.nothingSimilar, place, compare: nil)
            }
            return .answer(response)
        } catch {
            try Task.checkCancellation()
            lookup.context.logger.debug(
                "A semantic look-up failed: the call is a miss.", metadata: ["problem": "\(error)"])
            return .nothing(.storeFailed, place, compare: nil)
        }
    }

    /// The closest entry that is usable, and whether it may be served.
    private struct Closest: Sendable {
        var candidate: Candidate?
        var isAllowed = false
    }

    private func closest(to lookup: Lookup, at place: Locus) async throws -> Closest {
        let plan = lookup.missed.plan
        let neighbours = try await vectors.nearest(
            to: place.vector, in: place.partition, atLeast: plan.similarity,
            limit: SemanticLookup.candidateLimit)
        for neighbour in neighbours {
            guard let entry = try await store.entry(for: neighbour.key) else {
                try await vectors.remove(vectorsOf: neighbour.key)
                continue
            }
            guard let candidate = candidate(entry, neighbour, lookup, place) else { continue }
            let known = try await vectors.evidence(for: neighbour.key, in: place.partition)
            let isAllowed = judgement.allows(
                similarity: neighbour.similarity, entry: known.entry, partition: known.partition)
            return Closest(candidate: candidate, isAllowed: isAllowed)
        }
        return Closest()
    }

    /// An entry as a candidate; nil if it isn't fresh, or not of this caller, whatever the vectors say.
    private func candidate(
        _ entry: CacheEntry, _ neighbour: VectorNeighbour, _ lookup: Lookup, _ place: Locus
    ) -> Candidate? {
        let (missed, now) = (lookup.missed, time.now())
        guard entry.account == missed.fields.account, entry.namespace == missed.fields.namespace,
            entry.route == missed.fields.route, entry.model == missed.question.model, entry.status == 200
        else { return nil }
        let verdict = missed.plan.freshness.verdict(
            on: entry, under: neighbour.key, took: nil, asking: missed.plan.directives,
            at: FreshnessPolicy.Moment(now: now, random: 0, clockTolerance: .zero))
        guard case .fresh(let age, let remaining, _) = verdict else { return nil }
        let hit = SemanticHit(
            id: lookup.context.id, partition: place.partition, entry: entry.id, key: neighbour.key,
            similarity: neighbour.similarity, account: lookup.context.account, at: now)
        return Candidate(entry: entry, hit: hit, age: age, remaining: remaining)
    }

    /// The response that a candidate makes, with its line in the ledger; nil if it can't be unfolded.
    private func serve(_ candidate: Candidate, to lookup: Lookup) -> Response? {
        let question = lookup.missed.question
        guard var response = try? format.unfold(candidate.entry, for: question) else { return nil }
        let match = SemanticMatch(
            hit: candidate.hit.id, entry: candidate.entry.id, similarity: candidate.hit.similarity)
        response.facts.attempts = 0
        response.facts[SemanticFact.self] = .served(
            match, age: candidate.age, remaining: candidate.remaining)
        if !question.wantsStream { response.facts[GzipFact.self] = candidate.entry.gzipMember }
        if let paid = candidate.entry.statement {
            response.facts[ReceiptFact.self] = Receipt(
                Receipt.Statement(
                    cost: .nothing, saved: paid.cost, provider: paid.provider, model: paid.model,
                    usage: paid.usage))
            note(paid, lookup)
        }
        vectors.note(candidate.hit)
        return response
    }

    /// Leaves the line of the hit: a ledger that can't be written costs the line, not the hit.
    private func note(_ paid: Receipt.Statement, _ lookup: Lookup) {
        guard let ledger else { return }
        let (context, question) = (lookup.context, lookup.missed.question)
        let saving = Saving(
            callID: context.id,
            subject: Subject(
                account: context.account, key: context[KeyLabel.self], user: context[EndUser.self],
                tags: context.tags, provider: paid.provider, model: question.model, route: question.route),
            source: .semantic, usage: paid.usage, avoided: paid.cost, executedModel: paid.model,
            at: time.now(), duration: context.startedAt.map { time.instant() - $0 })
        let logger = context.logger
        ledger.enqueue(saving) { error in
            logger.warning(
                "The line of a semantic hit could not be written; the hit was served.",
                metadata: ["call": "\(saving.callID)", "problem": "\(error)"])
        }
    }
}
