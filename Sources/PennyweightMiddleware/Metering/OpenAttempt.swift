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
    private let isClosed = Mutex(false)

    init(_ attempt: Attempt, ledger: any Ledger, settlements: Settlements, time: any TimeSource) {
        self.attempt = attempt
        self.ledger = ledger
        self.settlements = settlements
        self.time = time
        settlements.follow(attempt.hold)
    }

    deinit {
        // Nobody reported an ending, which no path is meant to do. Money is not lost over it.
        submit(.unanswered, answer: nil)
    }

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

    private func close(_ ending: Attempt.Ending, _ answer: @autoclosure () -> Attempt.Answer?) -> Settlement?
    {
        let isFirst = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return !isClosed
        }
        guard isFirst else { return nil }
        let settlement = attempt.settlement(ending, answer: answer(), at: time.now())
        receipt.issue(
            Receipt.Statement(
                cost: settlement.cost, provider: attempt.hold.subject.provider,
                model: settlement.executedModel ?? attempt.quote.model, usage: settlement.usage))
        return settlement
    }
}
