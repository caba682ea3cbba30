private import PennyweightTime
private import Synchronization

/// A value that tasks can wait on until it is as they want it.
public final class Watched<Value: Sendable>: Sendable {
    private struct Waiter {
        let id: UInt64
        let condition: @Sendable (Value) -> Bool
        let continuation: CheckedContinuation<Value, any Error>
    }

    private struct State {
        var value: Value
        var waiters: [Waiter] = []
        var nextID: UInt64 = 0
        var cancelled: Set<UInt64> = []
    }

    private let state: Mutex<State>

    public init(_ value: Value) {
        state = Mutex(State(value: value))
    }

    /// The value now.
    public var value: Value { state.withLock { $0.value } }

    /// Changes the value and wakes whoever waited for that.
    public func update(_ change: @Sendable (inout Value) -> Void) {
        let (value, woken) = state.withLock { state -> (Value, [Waiter]) in
            change(&state.value)
            let value = state.value
            let woken = state.waiters.filter { $0.condition(value) }
            state.waiters.removeAll { waiter in woken.contains { $0.id == waiter.id } }
            return (value, woken)
        }
        for waiter in woken { waiter.continuation.resume(returning: value) }
    }

    /// Waits until the condition holds and returns the value that it held for.
    ///
    /// Throws ``WaitedTooLong`` after `limit` of real time, because this waits for a real socket or process,
    /// and `CancellationError` when the task is cancelled.
    public func wait(
        for what: String, within limit: Duration = .seconds(10),
        until condition: @escaping @Sendable (Value) -> Bool
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await self.park(condition) }
            group.addTask {
                try await SystemTime().sleep(for: limit)
                throw WaitedTooLong(what: what, limit: limit)
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }

    private func park(_ condition: @escaping @Sendable (Value) -> Bool) async throws -> Value {
        let id = state.withLock { state in
            defer { state.nextID += 1 }
            return state.nextID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result = state.withLock { state -> Result<Value, any Error>? in
                    if state.cancelled.remove(id) != nil { return .failure(CancellationError()) }
                    if condition(state.value) { return .success(state.value) }
                    state.waiters.append(Waiter(id: id, condition: condition, continuation: continuation))
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let index = state.waiters.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.waiters.remove(at: index)
            }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }
}

/// Says what a test waited for in vain.
public struct WaitedTooLong: Error, CustomStringConvertible {
    public let what: String
    public let limit: Duration

    public var description: String { "Waited \(limit) for \(what), in vain." }
}

/// Runs an operation and throws ``WaitedTooLong`` if it takes longer than `limit` of real time.
public func bounded<Value: Sendable>(
    _ what: String, within limit: Duration = .seconds(10),
    _ operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask(operation: operation)
        group.addTask {
            try await SystemTime().sleep(for: limit)
            throw WaitedTooLong(what: what, limit: limit)
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
    }
}
