internal import HTTPTypes
internal import PennyweightLedger
internal import PennyweightPipeline
internal import PennyweightTime

/// Follows the jobs that outlive their answers: leaves their holds open, and settles each once when an answer
/// says how it ended, whichever process started it.
struct JobWatch: Sendable {
    /// The most of an answer about a job that is read; they are short.
    static let answerLimitBytes = 1 << 20

    let jobs: any JobReader
    let ledger: any Ledger
    let prices: PriceBook
    let provider: String
    /// Where the provider runs it; nil for its default.
    let region: String?
    let settlements: Settlements
    let time: any TimeSource

    /// Looks at the answer that may have started a job. True if the attempt is taken care of: its hold was
    /// left to the job, or is closed. The response's body is replaced by what was read of it.
    func started(_ response: inout Response, _ attempt: OpenAttempt, _ answer: Attempt.Answer) async throws
        -> Bool
    {
        guard let report = try await report(in: &response) else { return false }
        var answer = answer
        answer.summary = report.summary
        let job = ProviderJob(provider: provider, id: report.id)
        // Also what is over at once is noted: its owner may ask for it.
        if report.state != .running { await attempt.note(job) }
        switch report.state {
        case .running: await attempt.leave(to: job)
        case .delivered: await attempt.settle(.complete, answer: answer)
        case .failed: await attempt.settle(.refused, answer: answer)
        case .ended: await attempt.settle(.unanswered, answer: answer)
        }
        return true
    }

    /// Passes a request about a job on, and settles the job if the answer says that it has ended.
    ///
    /// What is asked for may be gone after it, or say nothing of the job's state: then the provider is asked
    /// for that first, if the job isn't settled.
    func pass(_ request: Request, _ inquiry: JobInquiry, context: Context, next: Next) async throws
        -> Response
    {
        let job = ProviderJob(provider: provider, id: inquiry.id)
        if inquiry.kind != .state, await isOpen(job) {
            try await ask(inquiry, as: request, context: context, next: next)
        }
        var response = try await next(request, context)
        guard response.status.code < 300 else { return response }
        switch inquiry.kind {
        case .state: try await settleByState(&response)
        case .removal: await settle(job, .ended, UsageSummary(isComplete: true), response.status.code)
        case .content: break
        }
        return response
    }

    private func ask(_ inquiry: JobInquiry, as request: Request, context: Context, next: Next) async throws {
        var question = Request(.get, inquiry.statePath)
        question.head.headerFields = request.head.headerFields
        question.head.headerFields[.contentType] = nil
        do {
            var answer = try await next(question, context)
            if answer.status.code < 300 { try await settleByState(&answer) }
        } catch let error as CancellationError {
            throw error
        } catch {
            // The caller has not asked for this: what it asked for goes on.
        }
    }

    private func settleByState(_ response: inout Response) async throws {
        guard let report = try await report(in: &response), report.state != .running else { return }
        let job = ProviderJob(provider: provider, id: report.id)
        let settled = await settle(job, report.state, report.summary, response.status.code)
        // Whoever saw the end first has the receipt: a cost is told once.
        if let settled { response.facts[ReceiptFact.self] = settled }
    }

    private func report(in response: inout Response) async throws -> JobReport? {
        switch try await ReadAhead.read(response.body, upTo: JobWatch.answerLimitBytes) {
        case .part(let body):
            response.body = body
            return nil
        case .whole(let bytes):
            response.body = Body(bytes)
            return jobs.report(in: bytes)
        }
    }

    /// The attempt that opened a hold, as far as the hold tells.
    private func attempt(of hold: Hold) -> Attempt {
        Attempt(
            hold: hold, quote: Quote(route: hold.subject.route, model: hold.subject.model), prices: prices,
            region: region)
    }

    /// The line of a job whose result nobody has seen.
    private static func unseen(_ attempt: Attempt, _ status: Int, at now: Timestamp) -> Settlement {
        Settlement(
            holdID: attempt.hold.id, outcome: .abandoned,
            cost: attempt.bounded("the job was ended before its result was seen"), status: status,
            settledAt: now)
    }

    /// False if nobody knows: the job's end is then seen by a later request, or not at all.
    private func isOpen(_ job: ProviderJob) async -> Bool {
        (try? await ledger.openHold(of: job)) != nil
    }

    /// Settles a job that has ended, if its hold is open. Returns the receipt if this closed it.
    @discardableResult
    private func settle(
        _ job: ProviderJob, _ state: JobReport.State, _ summary: UsageSummary, _ status: Int
    ) async -> Receipt? {
        let closed = await settlements.settle(job, in: ledger) { [self] hold in
            let attempt = attempt(of: hold)
            let answer = Attempt.Answer(status: status, summary: summary)
            switch state {
            case .delivered: return attempt.settlement(.complete, answer: answer, at: time.now())
            case .failed: return attempt.settlement(.refused, answer: answer, at: time.now())
            case .running, .ended: return JobWatch.unseen(attempt, status, at: time.now())
            }
        }
        guard let closed else { return nil }
        return Receipt(
            Receipt.Statement(
                cost: closed.settlement.cost, provider: closed.hold.subject.provider,
                model: closed.settlement.executedModel ?? closed.hold.subject.model,
                usage: closed.settlement.usage))
    }
}
