#if Gateway
internal import AsyncHTTPClient
private import HTTPTypes
internal import NIOCore
internal import NIOHTTP1
internal import PennyweightPipeline
private import Synchronization

/// Carries one exchange between AsyncHTTPClient's callbacks and the reader, with back-pressure both ways.
final class ExchangeDelegate: HTTPClientResponseDelegate {
    typealias Response = Void

    private struct State {
        /// Set in the same turn of the event loop in which the head is handed to the connection, and reported
        /// in order with errors: if an error arrives while this is false, no byte of the request was written.
        var wasSent = false
        var upload: Task<Void, Never>?
        var isOver = false
    }

    private let exchange: Exchange
    /// Host and port, for messages.
    private let target: String
    private let state = Mutex(State())

    init(_ exchange: Exchange, target: String) {
        self.exchange = exchange
        self.target = target
    }

    // MARK: The request's body

    /// Makes the client's form of a body: sent at once if it is in memory, else chunk by chunk as it is read.
    ///
    /// The reader is made here, so that a body that was read already fails before anything is sent.
    func upload(_ body: Body, with client: HTTPClient) throws -> HTTPClient.Body? {
        if let bytes = body.bytes { return bytes.isEmpty ? nil : .bytes(bytes) }
        let reader = try body.makeReader()
        let eventLoop = client.eventLoopGroup.any()
        return .stream(contentLength: body.length.map(Int64.init)) { writer in
            let promise = eventLoop.makePromise(of: Void.self)
            let upload = Task {
                do {
                    while let chunk = try await reader.read() {
                        try await writer.write(.byteBuffer(ByteBuffer(bytes: chunk))).get()
                    }
                    promise.succeed()
                } catch {
                    reader.cancel()
                    promise.fail(UploadError(error))
                }
            }
            self.keep(upload)
            return promise.futureResult
        }
    }

    private func keep(_ upload: Task<Void, Never>) {
        let isOver = state.withLock { state in
            state.upload = upload
            return state.isOver
        }
        if isOver { upload.cancel() }
    }

    // MARK: Callbacks

    func didSendRequestHead(task: HTTPClient.Task<Void>, _ head: HTTPRequestHead) {
        state.withLock { $0.wasSent = true }
    }

    func didReceiveHead(task: HTTPClient.Task<Void>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        do {
            exchange.receive(head: try HeadMapping.response(head, from: target))
            return task.eventLoop.makeSucceededVoidFuture()
        } catch {
            return task.eventLoop.makeFailedFuture(error)
        }
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Void>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        let waiting = exchange.receive(chunk: Array(buffer.readableBytesView))
        guard waiting > HTTPClientTransport.readAheadBytes else {
            return task.eventLoop.makeSucceededVoidFuture()
        }
        let promise = task.eventLoop.makePromise(of: Void.self)
        exchange.whenDrained { promise.succeed() }
        return promise.futureResult
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) throws {}

    /// The client is done with the exchange, in whatever way.
    func end(_ result: Result<Void, any Error>) {
        let state = state.withLock { state in
            state.isOver = true
            return state
        }
        state.upload?.cancel()
        switch result {
        case .success: exchange.finish()
        case .failure(let error):
            exchange.fail(FailureMapping.error(error, wasSent: state.wasSent, target: target))
        }
    }
}

/// An error of the caller's own request body, on its way through the client; it is passed on as it was.
struct UploadError: Error {
    let original: any Error

    init(_ original: any Error) { self.original = original }
}
#endif
