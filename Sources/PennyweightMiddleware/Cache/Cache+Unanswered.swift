private import PennyweightLedger
internal import PennyweightPipeline

extension Cache {
    /// The answer when nothing stored is served and the provider may not be asked: a made-up one or an error,
    /// as the plan says.
    func unanswered(_ request: Request, under plan: CachePlan, _ outcome: CacheOutcome) -> Response {
        switch plan.mode {
        case .mock, .replayOrMock: mock(request)
        case .replayOrError: refusing(.recordingNotFound, outcome)
        case .off, .record, .replayOrLive, .replayOrRecord:
            refusing(plan.directives.onlyIfCached ? .notCached : .recordingNotFound, outcome)
        }
    }

    /// A made-up answer: free, and labelled as what it is.
    func mock(_ request: Request) -> Response {
        guard var response = format.mock(for: request) else {
            return refusing(.mockUnavailable, CacheOutcome(.mock))
        }
        response.facts.attempts = 0
        response.facts[ReceiptFact.self] = Receipt(
            Receipt.Statement(
                cost: .nothing, provider: "mock", model: format.question(in: request)?.model ?? "mock"))
        return CacheOutcome(.mock, wasForwarded: false).noted(on: response)
    }

    private func refusing(_ refusal: CacheRefusal, _ outcome: CacheOutcome) -> Response {
        var outcome = outcome
        outcome.wasForwarded = false
        outcome.refusal = refusal
        var response = format.answer(to: refusal)
        response.facts.attempts = 0
        return outcome.noted(on: response)
    }
}

extension CacheOutcome {
    /// A response that says what the cache did.
    func noted(on response: Response) -> Response {
        var response = response
        var outcome = self
        if let stored = response.facts[BatchFact.self] {
            outcome.detail = "inputs-stored=\(stored.found)/\(stored.count)"
            if stored.found == stored.count {
                outcome.status = .hit
                outcome.wasForwarded = false
            }
        }
        outcome.note(response.facts[SemanticFact.self])
        response.facts[CacheFact.self] = outcome
        return response
    }
}
