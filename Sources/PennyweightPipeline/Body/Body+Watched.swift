private import Synchronization

/// How a watched body ended: exactly one of these, exactly once.
public enum BodyEnd: Sendable {
    /// The last chunk was read and the body is as long as the protocol said.
    case complete
    /// The body broke off with this error.
    case failed(any Error)
    /// The reader went away: dropped, cancelled, or never made. The rest may be adopted.
    case abandoned(Remainder)
}

/// What is left of an abandoned body. It is cancelled unless somebody adopts it before `onEnd` returns.
public final class Remainder: Sendable {
    private let reader: Mutex<(any BodyReader)?>

    /// Nil if there is nothing left to read.
    init(_ reader: (any BodyReader)?) {
        self.reader = Mutex(reader)
    }

    /// Takes the reader over, to read on; nil if it has been adopted already, or is gone.
    public func adopt() -> (any BodyReader)? {
        reader.withLock { $0.take() }
    }
}

extension Body {
    /// A body that reports every chunk that is read, and then exactly one end.
    ///
    /// The result can be read once, whatever the original allowed, so that there is one end. `onChunk` and
    /// `onEnd` run where the body is read or dropped (`onEnd` may run in a `deinit`): they must neither block
    /// nor throw. If the reading task is cancelled inside a read, the upstream is gone with it, and there is
    /// nothing to adopt.
    public func watched(
        onChunk: @escaping @Sendable ([UInt8]) -> Void,
        onEnd: @escaping @Sendable (BodyEnd) -> Void
    ) throws -> Body {
        Body(once: WatchedReader(try makeReader(), onChunk: onChunk, onEnd: onEnd), length: length)
    }
}

/// Passes chunks through and reports them; ends once.
final class WatchedReader: BodyReader {
    private let upstream: any BodyReader
    private let onChunk: @Sendable ([UInt8]) -> Void
    private let onEnd: Mutex<(@Sendable (BodyEnd) -> Void)?>
    private let isComplete = Mutex(false)

    init(
        _ upstream: any BodyReader, onChunk: @escaping @Sendable ([UInt8]) -> Void,
        onEnd: @escaping @Sendable (BodyEnd) -> Void
    ) {
        self.upstream = upstream
        self.onChunk = onChunk
        self.onEnd = Mutex(onEnd)
    }

    deinit {
        cancel()
    }

    func read() async throws -> [UInt8]? {
        // What is left of an ended body belongs to whoever adopted it.
        if onEnd.withLock({ $0 == nil }) { return try over() }
        do {
            guard let chunk = try await upstream.read() else {
                isComplete.withLock { $0 = true }
                end(.complete)
                return nil
            }
            onChunk(chunk)
            return chunk
        } catch let error as CancellationError {
            // The read itself ended the exchange: an adopter would take its end for the end of the body.
            end(.abandoned(Remainder(nil)))
            throw error
        } catch {
            end(.failed(error))
            throw error
        }
    }

    func cancel() {
        let rest = Remainder(upstream)
        guard end(.abandoned(rest)) else { return }
        rest.adopt()?.cancel()
    }

    private func over() throws -> [UInt8]? {
        if isComplete.withLock({ $0 }) { return nil }
        throw CancellationError()
    }

    @discardableResult
    private func end(_ end: BodyEnd) -> Bool {
        guard let report = onEnd.withLock({ $0.take() }) else { return false }
        report(end)
        return true
    }
}
