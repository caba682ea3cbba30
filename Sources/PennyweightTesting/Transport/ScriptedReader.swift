public import PennyweightPipeline
private import Synchronization

/// A body that follows a script: chunks, then an end, an error or silence. It tells when it was given up.
public final class ScriptedReader: BodyReader {
    /// One thing that happens when the body is read.
    public enum Step: Sendable {
        case chunk([UInt8])
        /// Waits for the closure, then goes on with the next step. What it throws breaks the body off.
        case wait(@Sendable () async throws -> Void)
        /// The body breaks off.
        case fail(any Error)
        /// Nothing more comes until the task is cancelled.
        case hang
    }

    private struct State {
        var steps: [Step]
        var isOver = false
        var reads = 0
    }

    private let state: Mutex<State>
    private let onCancel: @Sendable () -> Void

    /// After the last step the body ends. `onCancel` runs once, when the reader is cancelled or dropped
    /// before it came to its end, or the task that reads it is cancelled.
    public init(_ steps: [Step], onCancel: @escaping @Sendable () -> Void = {}) {
        state = Mutex(State(steps: steps.reversed()))
        self.onCancel = onCancel
    }

    /// Text in chunks, each as given.
    public convenience init(chunks: [String], onCancel: @escaping @Sendable () -> Void = {}) {
        self.init(chunks.map { .chunk(Array($0.utf8)) }, onCancel: onCancel)
    }

    deinit {
        cancel()
    }

    /// How often ``read()`` was called.
    public var readCount: Int { state.withLock { $0.reads } }

    public func read() async throws -> [UInt8]? {
        state.withLock { $0.reads += 1 }
        do {
            return try await nextChunk()
        } catch is CancellationError {
            cancel()
            throw CancellationError()
        } catch {
            end()
            throw error
        }
    }

    public func cancel() {
        if end() { onCancel() }
    }

    private func nextChunk() async throws -> [UInt8]? {
        while true {
            try Task.checkCancellation()
            switch state.withLock({ $0.steps.popLast() }) {
            case nil:
                end()
                return nil
            case .chunk(let bytes): return bytes
            case .wait(let signal): try await signal()
            case .fail(let error): throw error
            case .hang: try await hangUntilCancelled()
            }
        }
    }

    @discardableResult
    private func end() -> Bool {
        state.withLock { state in
            defer { state.isOver = true }
            state.steps = []
            return !state.isOver
        }
    }
}
