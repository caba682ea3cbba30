public import PennyweightLedger
public import PennyweightPipeline
private import Synchronization

/// The word on attempts that failed, from the stage that knows whether another one takes their place.
///
/// A line of the ledger never changes, so how an attempt counts must be known when it is written. A stage
/// that may try again makes a verdict for each attempt and passes it down in the context; `Metering` leaves
/// the attempts that end without an answer for the caller to it, and settles all others by itself.
///
/// ```swift
/// let verdict = Verdict(under: context[AttemptVerdict.self])
/// var inner = context
/// inner[AttemptVerdict.self] = verdict
/// defer { verdict.leave() }
/// let response = try await next(request, inner)
/// if isWorthAnother { await verdict.overrule(as: .absorbed) } else { await verdict.stand() }
/// ```
///
/// What it costs is not its business: only the outcome is. An attempt is never lost: dropping the last
/// reference to a verdict lets its attempts stand, in the background.
public final class Verdict: Sendable {
    private enum State {
        case open([FailedAttempt])
        case overruled(Outcome)
        case stood
    }

    /// What to do with an attempt that has failed.
    enum Ruling: Sendable, Hashable {
        /// It is kept until the word is spoken.
        case kept
        /// Settle it as this, or as what it is.
        case settle(as: Outcome?)
    }

    private let outer: Verdict?
    private let state = Mutex(State.open([]))

    /// Makes a verdict. What stands here is then left to `outer`, the verdict of a stage further out.
    public init(under outer: Verdict? = nil) {
        self.outer = outer
    }

    deinit {
        leave()
    }

    /// Settles the attempts below as `outcome`, whatever they are by themselves, and waits until that is
    /// durable, as a rule. Those that end afterwards are settled so, too, their answers included.
    ///
    /// The first word counts: does nothing after ``stand()``. Cancelling ends the wait, not the settling.
    public func overrule(as outcome: Outcome) async {
        for attempt in speak(.overruled(outcome)) { await attempt.settle(as: .settle(as: outcome)) }
    }

    /// Lets the attempts below be what they are, unless the verdict further out overrules them, and waits
    /// until that is durable, as a rule.
    ///
    /// The first word counts: does nothing after ``overrule(as:)``. Cancelling ends the wait, not the
    /// settling.
    public func stand() async {
        for attempt in speak(.stood) { await attempt.settle(as: passOn(attempt)) }
    }

    /// Lets the attempts below be what they are, like ``stand()``, without waiting: for a stage that is
    /// cancelled before it has decided. Does nothing once the word is spoken.
    public func leave() {
        for attempt in speak(.stood) { attempt.submit(as: passOn(attempt)) }
    }

    /// What the attempts below are settled as, if they were overruled already, here or further out.
    var word: Outcome? {
        if case .overruled(let outcome) = state.withLock({ $0 }) { return outcome }
        return outer?.word
    }

    /// Takes an attempt that has failed, or says what it is to be settled as.
    func keep(_ attempt: FailedAttempt) -> Ruling {
        let ruling = state.withLock { state -> Ruling? in
            switch state {
            case .open(let failed):
                state = .open(failed + [attempt])
                return .kept
            case .overruled(let outcome): return .settle(as: outcome)
            case .stood: return nil
            }
        }
        return ruling ?? passOn(attempt)
    }

    private func passOn(_ attempt: FailedAttempt) -> Ruling {
        outer?.keep(attempt) ?? .settle(as: nil)
    }

    private func speak(_ word: State) -> [FailedAttempt] {
        state.withLock { state in
            guard case .open(let failed) = state else { return [] }
            state = word
            return failed
        }
    }
}

/// The verdict of the stage that may try again; nil if there is none, and attempts are settled at once.
public enum AttemptVerdict: ContextKey {
    public static var defaultValue: Verdict? { nil }
}

/// An attempt that ended without an answer for the caller, and is not settled yet.
struct FailedAttempt: Sendable {
    /// What its line says if nobody overrules it.
    let settlement: Settlement
    let ledger: any Ledger
    let settlements: Settlements

    func settle(as ruling: Verdict.Ruling) async {
        guard let settlement = ruled(ruling) else { return }
        await settlements.settle(settlement, in: ledger)
    }

    func submit(as ruling: Verdict.Ruling) {
        guard let settlement = ruled(ruling) else { return }
        settlements.submit(settlement, in: ledger)
    }

    private func ruled(_ ruling: Verdict.Ruling) -> Settlement? {
        guard case .settle(let outcome) = ruling else { return nil }
        var ruled = settlement
        ruled.outcome = outcome ?? ruled.outcome
        return ruled
    }
}
