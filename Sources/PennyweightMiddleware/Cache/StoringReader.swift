internal import PennyweightPipeline
internal import PennyweightTime
private import Synchronization

/// Passes an answer's chunks through, folds them, and stores the folded answer at the proven end.
///
/// The answer is stored before its end is handed on, so that a caller who has seen the end finds it stored.
/// Callers see the end in three ways: as nil; as the last byte of a known length; as the format's terminal
/// event. For the latter two the end is read ahead before the last chunk is handed on. No other chunk is ever
/// held back.
final class StoringReader: BodyReader {
    /// What is done with a folded answer, and within which bounds.
    struct Keep: Sendable {
        let maximumAnswerBytes: Int
        let maximumEntryBytes: Int
        let patience: Duration
        let time: any TimeSource
        let background: BackgroundTasks
        let storing: Storing
        /// When the provider was asked; nil if it isn't noted when the events came.
        var began: MonotonicInstant?
        /// Gets the complete answer, and gives what stores it.
        let prepare: @Sendable (FoldedAnswer) -> @Sendable () async throws -> Void
    }

    private struct State {
        /// Nil once the answer is stored or given up.
        var folding: (any Folding)?
        var count = 0
        /// When the events came.
        var times = EventTimes()
        var ahead: Task<[UInt8]?, any Error>?
        /// What the reading ahead brought, once it is there.
        var arrived: Result<[UInt8]?, any Error>?
    }

    private let upstream: any BodyReader
    private let length: Int?
    private let keep: Keep
    private let state: Mutex<State>

    init(_ upstream: any BodyReader, length: Int?, folding: any Folding, keep: Keep) {
        self.upstream = upstream
        self.length = length
        self.keep = keep
        state = Mutex(State(folding: folding))
    }

    deinit {
        cancel()
    }

    func read() async throws -> [UInt8]? {
        do {
            guard let chunk = try await pull() else {
                await end()
                return nil
            }
            if consume(chunk) { await lookAhead() }
            return chunk
        } catch {
            giveUp(.incomplete)
            throw error
        }
    }

    func cancel() {
        giveUp(.incomplete)
        state.withLock { $0.ahead.take() }?.cancel()
        upstream.cancel()
    }

    /// Folds a chunk; true if it looks like the last one.
    private func consume(_ chunk: [UInt8]) -> Bool {
        let (isLast, isTooLarge) = state.withLock { state in
            state.count += chunk.count
            if state.count > keep.maximumAnswerBytes { return (false, true) }
            state.folding?.consume(chunk)
            if let began = keep.began, let events = state.folding?.eventCount {
                state.times.record(events, after: keep.time.instant() - began)
            }
            return (state.folding != nil && (state.count == length || state.folding?.hasEnded == true), false)
        }
        if isTooLarge { giveUp(.tooLarge) }
        return isLast
    }

    private func giveUp(_ result: Storing.Result) {
        let folding = state.withLock { $0.folding.take() }
        if folding != nil { keep.storing.report(result) }
    }

    /// Stores the answer if it is complete, waiting no longer than the policy's patience. Does so once.
    ///
    /// The store runs in the background: neither the caller's cancellation nor its impatience ends it.
    private func end() async {
        let (taken, times) = state.withLock { ($0.folding.take(), $0.times) }
        guard var folding = taken else { return }
        let keep = keep
        guard var answer = folding.finish() else { return keep.storing.report(.incomplete) }
        if times.eventCount > 0 { answer.pace = times.encoded }
        guard answer.body.count <= keep.maximumEntryBytes else { return keep.storing.report(.tooLarge) }
        let store = keep.prepare(answer)
        await waitBriefly(keep.patience, time: keep.time) { done in
            let isStarted = keep.background.start {
                do {
                    try await store()
                    keep.storing.report(.stored)
                } catch {
                    keep.storing.report(.failed)
                }
                done()
            }
            if !isStarted {
                keep.storing.report(.failed)
                done()
            }
        }
    }
}

extension StoringReader {
    /// The next chunk: what was read ahead, or else from upstream.
    private func pull() async throws -> [UInt8]? {
        let (ahead, arrived) = state.withLock { state in
            defer { (state.ahead, state.arrived) = (nil, nil) }
            return (state.ahead, state.arrived)
        }
        if let arrived { return try arrived.get() }
        guard let ahead else { return try await upstream.read() }
        return try await withTaskCancellationHandler {
            try await ahead.value
        } onCancel: {
            ahead.cancel()
        }
    }

    /// Reads one step ahead, and stores the answer if that is its end.
    ///
    /// Waits no longer than the policy's patience: an upstream that says its last word and then keeps the
    /// connection open holds nobody back. The next read then takes over.
    private func lookAhead() async {
        guard !Task.isCancelled else { return }
        await withTaskCancellationHandler {
            await waitBriefly(keep.patience, time: keep.time) { done in
                // Started under the lock, so that it can't arrive before it is known.
                state.withLock { state in
                    state.ahead = Task { [weak self, upstream] in
                        defer { done() }
                        let result: Result<[UInt8]?, any Error>
                        do { result = .success(try await upstream.read()) } catch { result = .failure(error) }
                        self?.state.withLock { if $0.ahead != nil { $0.arrived = result } }
                        return try result.get()
                    }
                }
            }
        } onCancel: {
            state.withLock { $0.ahead }?.cancel()
        }
        if case .success(nil) = state.withLock({ $0.arrived }) { await end() }
    }
}
