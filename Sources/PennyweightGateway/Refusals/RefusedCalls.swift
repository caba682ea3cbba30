private import HTTPTypes
internal import Logging
internal import PennyweightLedger
internal import PennyweightMiddleware
internal import PennyweightOpenAI
internal import PennyweightPipeline
internal import PennyweightTime
private import Synchronization

/// Notes the calls that the gateway refuses before anything is reserved for them, so that `GET /v1/requests`
/// has them.
///
/// No caller waits for it, and it is bounded: a caller that is refused in a loop can't fill the ledger. What
/// comes faster than ``perSecond`` is not noted, which is logged.
final class RefusedCalls: Sendable {
    /// How many calls a second are noted at most, in the long run.
    static let perSecond = 50
    /// How many are noted at once.
    static let burst = 500

    private struct State {
        var bucket: TokenBucket
        var isDropping = false
    }

    private let notes: any CallNotes
    private let provider: String
    private let time: any TimeSource
    private let random: any RandomSource
    private let logger: Logger
    private let state: Mutex<State>

    init(
        notes: any CallNotes, provider: String, time: any TimeSource, random: any RandomSource, logger: Logger
    ) {
        self.notes = notes
        self.provider = provider
        self.time = time
        self.random = random
        self.logger = logger
        state = Mutex(
            State(
                bucket: TokenBucket(
                    requests: RefusedCalls.perSecond, per: .seconds(1), burst: RefusedCalls.burst,
                    now: time.instant())))
    }

    /// Notes a call that ended in an error, if the error is a refusal from before an attempt. True if it was
    /// taken. `model` is nil if nobody has read it.
    @discardableResult
    func note(_ error: any Error, of call: Context, route: String, model: String?) -> Bool {
        guard let status = RefusedCalls.status(of: error), mayNote() else { return false }
        let subject = Subject(
            account: call.account, key: call[KeyLabel.self], user: call[EndUser.self], tags: call.tags,
            provider: provider, model: model ?? OpenAIMeter.unknownModel, route: route)
        let refusal = RefusedCall(
            id: SortableID(time: time, random: random), callID: call.id, subject: subject, status: status,
            at: time.now())
        let logger = logger
        notes.enqueue(refusal) { error in
            logger.warning("A refused call can't be noted.", metadata: ["error": "\(error)"])
        }
        return true
    }

    /// The status of a refusal that is noted; nil for everything else: who showed no key has no account, and
    /// what failed later has a line already.
    static func status(of error: any Error) -> Int? {
        switch error {
        case let refusal as Refusal:
            [400, 403].contains(refusal.status.code) ? refusal.status.code : nil
        case is RequestProblem: 400
        case let failure as Failure:
            [.overBudget, .unpriced, .rateLimited, .invalidRequest, .bodyTooLarge].contains(failure.code)
                ? ErrorEnvelope.status(of: failure) : nil
        default: nil
        }
    }

    private func mayNote() -> Bool {
        let now = time.instant()
        let (mayNote, isNews) = state.withLock { state in
            let mayNote = state.bucket.take(at: now)
            defer { state.isDropping = !mayNote }
            return (mayNote, !mayNote && !state.isDropping)
        }
        if isNews {
            logger.warning(
                "Calls are refused faster than they are noted; some are missing in the list of requests.",
                metadata: ["noted-per-second": "\(RefusedCalls.perSecond)"])
        }
        return mayNote
    }
}
