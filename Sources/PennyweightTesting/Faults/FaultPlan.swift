private import Synchronization

/// Makes the n-th operation of something fail, so that a test can let each one fail in turn.
///
/// ```swift
/// for n in 1... {
///     let plan = FaultPlan(failAt: n)
///     // run the scenario with `plan.check` as its probe, and look at what is left
///     if !plan.hasFired { break }
/// }
/// ```
public final class FaultPlan: Sendable {
    private struct State {
        var count = 0
        var isArmed: Bool
    }

    private let position: Int
    private let state: Mutex<State>

    /// Counts from 1. A plan that is not armed lets everything pass and counts nothing until ``arm()``.
    public init(failAt position: Int, isArmed: Bool = true) {
        self.position = position
        state = Mutex(State(isArmed: isArmed))
    }

    /// True once the operation has been reached.
    public var hasFired: Bool { state.withLock { $0.count >= position } }

    /// Starts counting.
    public func arm() { state.withLock { $0.isArmed = true } }

    /// Lets everything pass from now on; what was counted stays.
    public func disarm() { state.withLock { $0.isArmed = false } }

    /// Counts one operation; true exactly for the one that is to fail.
    public func isDue() -> Bool {
        state.withLock { state in
            guard state.isArmed else { return false }
            state.count += 1
            return state.count == position
        }
    }
}
