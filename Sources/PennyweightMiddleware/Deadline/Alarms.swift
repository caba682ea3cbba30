internal import PennyweightTime
private import Synchronization

/// Rings many alarms with one sleeping task.
///
/// A timer of its own for every call and every read would leave each cancelled one in the system's timer
/// queue until its time comes: minutes, at thousands a second. Here setting and unsetting are changes of a
/// dictionary. The one sleeper wakes at the earliest alarm that was set, even if that was unset meanwhile,
/// and looks for the next; when no alarm is left, it ends. Dropping the clock ends the sleeper and rings
/// nothing.
final class Alarms: Sendable {
    /// Names an alarm that was set.
    struct ID: Sendable, Hashable {
        fileprivate let number: UInt64
    }

    private struct Alarm {
        let due: MonotonicInstant
        let ring: @Sendable () -> Void
    }

    private struct State {
        var alarms: [ID: Alarm] = [:]
        var nextNumber: UInt64 = 0
        var sleeper: (task: Task<Void, Never>, wakesAt: MonotonicInstant)?
    }

    private let time: any TimeSource
    private let state = Mutex(State())

    init(time: any TimeSource) {
        self.time = time
    }

    deinit {
        state.withLock { $0.sleeper?.task.cancel() }
    }

    var now: MonotonicInstant { time.instant() }

    /// How many alarms are set.
    var count: Int { state.withLock { $0.alarms.count } }

    /// Lets `ring` run once the instant has come, on a task of the clock: it must not block.
    func set(at due: MonotonicInstant, ring: @escaping @Sendable () -> Void) -> ID {
        state.withLock { state in
            let id = ID(number: state.nextNumber)
            state.nextNumber += 1
            state.alarms[id] = Alarm(due: due, ring: ring)
            if state.sleeper.map({ due < $0.wakesAt }) ?? true { sleep(until: due, in: &state) }
            return id
        }
    }

    /// Takes an alarm back; does nothing if it rang already.
    func unset(_ id: ID) {
        state.withLock { _ = $0.alarms.removeValue(forKey: id) }
    }

    private func sleep(until wakesAt: MonotonicInstant, in state: inout State) {
        state.sleeper?.task.cancel()
        // Detached, so that the clock outlives the call that set the first alarm and inherits nothing from
        // it.
        let task = Task.detached { [weak self, time] in
            guard (try? await time.sleep(until: wakesAt)) != nil else { return }
            self?.wake()
        }
        state.sleeper = (task, wakesAt)
    }

    private func wake() {
        let now = time.instant()
        let due = state.withLock { state -> [Alarm] in
            let due = state.alarms.filter { $0.value.due <= now }
            for id in due.keys { state.alarms[id] = nil }
            state.sleeper = nil
            if let next = state.alarms.values.map(\.due).min() { sleep(until: next, in: &state) }
            return due.values.sorted { $0.due < $1.due }
        }
        for alarm in due { alarm.ring() }
    }
}
