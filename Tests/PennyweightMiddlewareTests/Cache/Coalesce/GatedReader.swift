import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Synchronization

/// A body whose chunks a test lets through one by one, and that tells what became of it.
final class GatedReader: BodyReader {
    private struct State {
        var steps: [ScriptedReader.Step]
        /// How many steps may be taken.
        var open: Int
        var waiting: CheckedContinuation<Void, Never>?
        var isCancelled = false
        var reads = 0
    }

    private let state: Mutex<State>

    /// All steps are let through at once unless `open` says how many.
    init(_ steps: [ScriptedReader.Step], open: Int = .max) {
        state = Mutex(State(steps: steps.reversed(), open: open))
    }

    convenience init(_ texts: [String], open: Int = .max) {
        self.init(texts.map { .chunk(Array($0.utf8)) }, open: open)
    }

    var isCancelled: Bool { state.withLock { $0.isCancelled } }
    var readCount: Int { state.withLock { $0.reads } }

    /// Lets so many more steps through.
    func open(_ count: Int = .max) {
        let waiting = state.withLock { state in
            let (sum, overflow) = state.open.addingReportingOverflow(count)
            state.open = overflow ? .max : sum
            return state.waiting.take()
        }
        waiting?.resume()
    }

    func read() async throws -> [UInt8]? {
        state.withLock { $0.reads += 1 }
        while !state.withLock({ $0.open > 0 }) {
            try await wait()
        }
        if Task.isCancelled { cancel() }
        try Task.checkCancellation()
        let step = state.withLock { state -> ScriptedReader.Step? in
            state.open -= state.open == .max ? 0 : 1
            return state.steps.popLast()
        }
        switch step {
        case nil: return nil
        case .chunk(let chunk): return chunk
        case .fail(let error): throw error
        case .wait(let signal):
            try await signal()
            return try await read()
        case .hang:
            try await ManualTime().sleep(for: .seconds(1))
            return nil
        }
    }

    func cancel() {
        let waiting = state.withLock { state in
            state.isCancelled = true
            return state.waiting.take()
        }
        waiting?.resume()
    }

    private func wait() async throws {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if state.open > 0 || state.isCancelled { return true }
                    state.waiting = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            cancel()
        }
        if isCancelled { throw CancellationError() }
    }
}
