package import HTTPTypes
private import Synchronization

/// One exchange between an HTTP client that calls back and a caller that pulls: a head, chunks, and one end.
///
/// Transports share it. The client's side calls ``receive(head:)``, ``receive(chunk:)``, ``finish()`` and
/// ``fail(_:)`` from any thread, in order; whatever comes after the end is dropped. The caller's side awaits
/// ``head()`` and then reads the body. It holds at most what the client delivers before ``whenDrained(_:)``
/// is honoured: the limit is the client's to keep.
package final class Exchange: Sendable {
    private enum End {
        case finished
        case failed(any Error)
        case cancelled
    }

    private struct State {
        var head: HTTPResponse?
        var pending: [UInt8] = []
        var end: End?
        var headWaiter: CheckedContinuation<HTTPResponse, any Error>?
        var chunkWaiter: CheckedContinuation<[UInt8]?, any Error>?
        var drained: [@Sendable () -> Void] = []
        var stopClient: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    package init() {}

    /// Says how the client's work is stopped; runs at once if the exchange has been cancelled already.
    ///
    /// It runs at most once, and is dropped at the end of the exchange.
    package func attach(_ stopClient: @escaping @Sendable () -> Void) {
        let isCancelled = state.withLock { state in
            if state.end == nil { state.stopClient = stopClient }
            if case .cancelled = state.end { return true }
            return false
        }
        if isCancelled { stopClient() }
    }

    // MARK: From the client

    /// The head has arrived.
    package func receive(head: HTTPResponse) {
        let waiter = state.withLock { state -> CheckedContinuation<HTTPResponse, any Error>? in
            guard state.end == nil, state.head == nil else { return nil }
            state.head = head
            return state.headWaiter.take()
        }
        waiter?.resume(returning: head)
    }

    /// Bytes of the body have arrived. Returns how many bytes now wait for the reader.
    @discardableResult
    package func receive(chunk: [UInt8]) -> Int {
        guard !chunk.isEmpty else { return 0 }
        let (waiter, waiting) = state.withLock { state -> (CheckedContinuation<[UInt8]?, any Error>?, Int) in
            guard state.end == nil else { return (nil, 0) }
            if let waiter = state.chunkWaiter.take() { return (waiter, 0) }
            if state.pending.isEmpty { state.pending = chunk } else { state.pending += chunk }
            return (nil, state.pending.count)
        }
        waiter?.resume(returning: chunk)
        return waiting
    }

    /// Runs an action once, as soon as no bytes wait for the reader, or the exchange has ended; at once if
    /// so.
    package func whenDrained(_ action: @escaping @Sendable () -> Void) {
        let isDrained = state.withLock { state in
            let isDrained = state.pending.isEmpty || state.end != nil
            if !isDrained { state.drained.append(action) }
            return isDrained
        }
        if isDrained { action() }
    }

    /// The answer is complete, as far as the protocol can tell.
    package func finish() {
        end(.finished)
    }

    /// There is no answer, or it broke off.
    package func fail(_ error: any Error) {
        end(.failed(error))
    }

    // MARK: From the caller

    /// Waits for the head. Cancelling the task stops the client and throws `CancellationError`.
    package func head() async throws -> HTTPResponse {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result = state.withLock { state -> Result<HTTPResponse, any Error>? in
                    if let head = state.head { return .success(head) }
                    if let end = state.end { return .failure(Exchange.error(of: end)) }
                    state.headWaiter = continuation
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            cancel()
        }
    }

    /// The body, to be read once. Dropping it, or its reader, stops the client.
    package func body(length: Int?) -> Body {
        Body(once: ExchangeReader(self), length: length)
    }

    /// Gives the rest up and stops the client; does nothing after the end was read.
    package func cancel() {
        end(.cancelled)
    }

    func read() async throws -> [UInt8]? {
        if Task.isCancelled {
            cancel()
            throw CancellationError()
        }
        if let ready = take() { return try ready.get() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if let ready = take(or: continuation) { continuation.resume(with: ready) }
            }
        } onCancel: {
            cancel()
        }
    }

    /// What a read returns now; nil, and the continuation is kept, if it has to wait.
    private func take(
        or continuation: CheckedContinuation<[UInt8]?, any Error>? = nil
    ) -> Result<[UInt8]?, any Error>? {
        let (result, drained) = state.withLock {
            state -> (Result<[UInt8]?, any Error>?, [@Sendable () -> Void]) in
            if !state.pending.isEmpty {
                let chunk = state.pending
                state.pending = []
                defer { state.drained = [] }
                return (.success(chunk), state.drained)
            }
            switch state.end {
            case .finished: return (.success(nil), [])
            case .failed(let error): return (.failure(error), [])
            case .cancelled: return (.failure(CancellationError()), [])
            case nil: break
            }
            if state.chunkWaiter != nil {
                let failure = Failure(.bodyAlreadyRead, "Two tasks read this body at the same time; use one.")
                return (.failure(failure), [])
            }
            state.chunkWaiter = continuation
            return (nil, [])
        }
        for action in drained { action() }
        return result
    }

    private func end(_ end: End) {
        let ended = state.withLock { state -> State? in
            // Bytes that were received but not read may be given up after the client is done: a later read
            // must not take that for the end of the body.
            if case .cancelled = end, state.end != nil {
                if !state.pending.isEmpty { state.end = .cancelled }
                state.pending = []
                return nil
            }
            guard state.end == nil else { return nil }
            let before = state
            state.end = end
            if case .cancelled = end { state.pending = [] }
            state.headWaiter = nil
            state.chunkWaiter = nil
            state.drained = []
            state.stopClient = nil
            return before
        }
        guard let ended else { return }
        ended.headWaiter?.resume(throwing: Exchange.error(of: end))
        switch end {
        case .finished: ended.chunkWaiter?.resume(returning: nil)
        case .failed(let error): ended.chunkWaiter?.resume(throwing: error)
        case .cancelled:
            ended.chunkWaiter?.resume(throwing: CancellationError())
            ended.stopClient?()
        }
        for action in ended.drained { action() }
    }

    private static func error(of end: End) -> any Error {
        switch end {
        case .finished: Failure(.invalidAnswer, "The exchange ended without the head of an answer.")
        case .failed(let error): error
        case .cancelled: CancellationError()
        }
    }
}

/// Pulls the body of an exchange. Dropped, it cancels the exchange.
private final class ExchangeReader: BodyReader {
    private let exchange: Exchange

    init(_ exchange: Exchange) {
        self.exchange = exchange
    }

    deinit {
        exchange.cancel()
    }

    func read() async throws -> [UInt8]? {
        try await exchange.read()
    }

    func cancel() {
        exchange.cancel()
    }
}
