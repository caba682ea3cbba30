internal import PennyweightLedger
internal import PennyweightPipeline
internal import PennyweightTime
private import Synchronization

/// An attempt whose hold is open: whatever happens, it is closed once, with the first ending that is
/// reported.
final class OpenAttempt: Sendable {
    /// Told what the attempt cost when it is closed.
    let receipt = Receipt()
    private let attempt: Attempt
    private let ledger: any Ledger
    private let settlements: Settlements
    private let time: any TimeSource
    private let verdict: Verdict?
    private let isClosed = Mutex(false)

    /// Without a verdict, a failed attempt is settled at once, as what it is.
    init(
        _ attempt: Attempt, verdict: Verdict?, ledger: any Ledger, settlements: Settlements,
        time: any TimeSource
    ) {
        self.attempt = attempt
        self.verdict = verdict
        self.ledger = ledger
        self.settlements = settlements
        self.time = time
        settlements.follow(attempt.hold)
    }

    deinit {
        // Nobody reported an ending, which no path is meant to do. Money is not lost over it.
        submit(.unanswered, answer: nil)
    }

    var now: Timestamp { time.now() }

    /// Closes the hold, in the background.
    func submit(_ ending: Attempt.Ending, answer: @autoclosure () -> Attempt.Answer?) {
        guard let settlement = close(ending, answer()) else { return }
        settlements.submit(settlement, in: ledger)
    }

    /// Closes the hold and waits until that is durable, as a rule: who sees the end of an answer then finds
    /// its line.
    func settle(_ ending: Attempt.Ending, answer: @autoclosure () -> Attempt.Answer?) async {
        guard let settlement = close(ending, answer()) else { return }
        await settlements.settle(settlement, in: ledger)
    }

    /// Leaves an attempt that ended without an answer for the caller to whoever may try again; if there is
    /// nobody, closes its hold like ``settle(_:answer:)``.
    func fail(_ ending: Attempt.Ending, answer: @autoclosure () -> Attempt.Answer?) async {
        guard let settlement = close(ending, answer()) else { return }
        let failed = FailedAttempt(settlement: settlement, ledger: ledger, settlements: settlements)
        await failed.settle(as: verdict?.keep(failed) ?? .settle(as: nil))
    }

    /// Notes the job that the attempt has started and that is over already, before its hold is closed.
    func note(_ job: ProviderJob) async {
        await settlements.attach(job, to: attempt.hold, in: ledger)
    }

    /// Leaves the hold open for a job that the provider goes on with, and waits until that is durable, as a
    /// rule. Whoever sees the job's end settles it.
    func leave(to job: ProviderJob) async {
        guard claim() else { return }
        issue(attempt.bounded("the job '\(job.id)' is not done"), model: attempt.quote.model, usage: nil)
        await settlements.attach(job, to: attempt.hold, in: ledger)
    }

    /// True for the first ending.
    private func claim() -> Bool {
        isClosed.withLock { isClosed in
            defer { isClosed = true }
            return !isClosed
        }
    }

    private func close(_ ending: Attempt.Ending, _ answer: @autoclosure () -> Attempt.Answer?) -> Settlement?
    {
        guard claim() else { return nil }
        let answer = answer()
        var settlement = calibrated(answer).settlement(ending, answer: answer, at: time.now())
        settlement.outcome = verdict?.word ?? settlement.outcome
        issue(
            settlement.cost, model: settlement.executedModel ?? attempt.quote.model, usage: settlement.usage)
        if let answer {
            settlements.calibrations.learn(
                from: settlement, answer.summary, provider: attempt.hold.subject.provider,
                model: attempt.quote.model)
        }
        return settlement
    }

    /// The attempt with what is known of the model that answered.
    private func calibrated(_ answer: Attempt.Answer?) -> Attempt {
        guard let summary = answer?.summary, summary.generatedCharacters > 0 else { return attempt }
        var attempt = attempt
        let model = summary.executedModel ?? attempt.quote.model
        attempt.calibration = settlements.calibrations.calibration(
            of: model, provider: attempt.hold.subject.provider)
        return attempt
    }

    private func issue(_ cost: Cost, model: String, usage: Usage?) {
        receipt.issue(
            Receipt.Statement(
                cost: cost, provider: attempt.hold.subject.provider, model: model, usage: usage))
    }
}
