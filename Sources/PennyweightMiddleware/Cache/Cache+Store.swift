private import HTTPTypes
private import PennyweightLedger
internal import PennyweightPipeline
internal import PennyweightTime

extension Cache {
    /// The response to a miss, with a body that stores itself at its proven end; nil if it is not to be
    /// followed.
    ///
    /// `began` is when the provider was asked. `onProof` gets the complete answer, whether or not it is kept
    /// then.
    func following(
        _ response: Response, to inquiry: Inquiry, outcome: CacheOutcome, began: MonotonicInstant,
        storing: Storing = Storing(), onProof: @escaping @Sendable (CacheEntry) -> Void = { _ in }
    ) -> Response? {
        if inquiry.question.media != nil {
            return followingMedia(
                response, to: inquiry, outcome: outcome, storing: storing, onProof: onProof)
        }
        guard !inquiry.question.isBatch, response.status == .ok, !response.isSemanticHit,
            (response.body.length ?? 0) <= policy.maximumAnswerBytes,
            let upstream = try? response.body.makeReader()
        else { return nil }
        var response = response
        var outcome = outcome
        let receipt = response.facts[ReceiptFact.self]
        let status = response.status.code
        let whenStored = response.facts[StoredFact.self]
        let keep = StoringReader.Keep(
            maximumAnswerBytes: policy.maximumAnswerBytes, maximumEntryBytes: policy.maximumEntryBytes,
            patience: policy.patience, time: time, background: background, storing: storing,
            began: inquiry.plan.keeps ? began : nil
        ) { answer in
            let entry = self.entry(
                of: answer, status: status, to: inquiry, receipt: receipt,
                took: self.time.instant() - began)
            onProof(entry)
            return {
                guard inquiry.plan.keeps else { return }
                try await self.store.store(entry, for: inquiry.key)
                await whenStored?(entry)
            }
        }
        if inquiry.plan.keeps {
            outcome.storing = storing
            outcome.recording = inquiry.id
        }
        let folding = format.folding(of: response.head, to: inquiry.question)
        let reader = StoringReader(upstream, length: response.body.length, folding: folding, keep: keep)
        response.body = Body(once: reader, length: response.body.length)
        return outcome.noted(on: response)
    }

    /// Keeps a refusal that the same request would meet again, if the plan says so. Waits no longer than the
    /// policy's patience.
    func keep(_ refusal: Response, to inquiry: Inquiry, took: Duration) async {
        guard inquiry.plan.keeps, inquiry.plan.freshness.negativeTimeToLive != nil,
            let body = refusal.body.bytes
        else { return }
        let answer = FoldedAnswer(
            contentType: refusal.head.headerFields[.contentType] ?? "application/json", body: body)
        let entry = entry(
            of: answer, status: refusal.status.code, to: inquiry, receipt: refusal.facts[ReceiptFact.self],
            took: took)
        await waitBriefly(policy.patience, time: time) { done in
            let isStarted = background.start {
                try? await store.store(entry, for: inquiry.key)
                done()
            }
            if !isStarted { done() }
        }
    }

    /// The entry of a complete answer. Its cost is the attempt's, as the receipt says by now; without a
    /// receipt the call was not metered, and neither will be its hits.
    func entry(
        of answer: FoldedAnswer, status: Int, to inquiry: Inquiry, receipt: Receipt?, took: Duration
    ) -> CacheEntry {
        let statement = receipt?.statement
        let storedAt = time.now()
        let freshness = inquiry.plan.freshness
        let lifetime =
            status >= 400 ? freshness.negativeTimeToLive ?? .zero : freshness.lifetime(of: inquiry.key)
        let missing = receipt == nil ? Cache.unmetered : "not settled when the answer was stored"
        return CacheEntry(
            id: inquiry.id, canonicalDigest: inquiry.canonicalDigest, account: inquiry.account,
            namespace: inquiry.plan.namespace, route: inquiry.question.route,
            model: inquiry.question.model, executedModel: statement?.model,
            provider: statement?.provider ?? provider, status: status, contentType: answer.contentType,
            body: answer.body, usage: statement?.usage, cost: statement?.cost ?? .unknown(reason: missing),
            storedAt: storedAt, expiresAt: storedAt + lifetime,
            usableUntil: status >= 400 ? nil : freshness.usableUntil(storedAt + lifetime), took: took,
            tags: inquiry.plan.tags, pace: answer.pace)
    }
}
