private import HTTPTypes
private import PennyweightLedger
internal import PennyweightPipeline
private import PennyweightTime

extension Cache {
    /// The response to a miss, with a body that stores itself at its proven end; as it is if it must not be
    /// stored.
    func following(_ response: Response, to inquiry: Inquiry, outcome: CacheOutcome) -> Response {
        var response = response
        var outcome = outcome
        guard response.status == .ok, (response.body.length ?? 0) <= policy.maximumAnswerBytes,
            let upstream = try? response.body.makeReader()
        else { return with(outcome, response) }
        let storing = Storing()
        let receipt = response.facts[ReceiptFact.self]
        let status = response.status.code
        let keep = StoringReader.Keep(
            maximumAnswerBytes: policy.maximumAnswerBytes, maximumEntryBytes: policy.maximumEntryBytes,
            patience: policy.patience, time: time, background: background, storing: storing
        ) { answer in
            let entry = self.entry(of: answer, status: status, to: inquiry, receipt: receipt)
            try await self.store.store(entry, for: inquiry.key)
        }
        outcome.storing = storing
        let folding = format.folding(of: response.head, to: inquiry.question)
        let reader = StoringReader(upstream, length: response.body.length, folding: folding, keep: keep)
        response.body = Body(once: reader, length: response.body.length)
        return with(outcome, response)
    }

    private func with(_ outcome: CacheOutcome, _ response: Response) -> Response {
        var response = response
        response.facts[CacheFact.self] = outcome
        return response
    }

    /// The entry of a complete answer. Its cost is the attempt's, as the receipt says by now; without a
    /// receipt the call was not metered, and neither will be its hits.
    private func entry(
        of answer: FoldedAnswer, status: Int, to inquiry: Inquiry, receipt: Receipt?
    ) -> CacheEntry {
        let statement = receipt?.statement
        let storedAt = time.now()
        let missing = receipt == nil ? Cache.unmetered : "not settled when the answer was stored"
        return CacheEntry(
            canonicalDigest: inquiry.canonicalDigest, account: inquiry.account, route: inquiry.question.route,
            model: inquiry.question.model, executedModel: statement?.model,
            provider: statement?.provider ?? provider, status: status, contentType: answer.contentType,
            body: answer.body, usage: statement?.usage, cost: statement?.cost ?? .unknown(reason: missing),
            storedAt: storedAt, expiresAt: policy.expiry(of: storedAt))
    }
}
