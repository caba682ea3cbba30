/// Sends one request and returns its answer: the end of a pipeline, or a whole ``Pipeline``.
///
/// A transport returns as soon as the head has arrived; the body follows chunk by chunk. It returns every
/// status code as a response and throws only when there is no answer: a ``Failure`` whose `wasNeverSent` is
/// true if it can prove that no byte of the request left, or `CancellationError`.
///
/// Cancelling the task before the head has arrived ends the exchange. After that, cancelling or dropping the
/// body's reader does.
public protocol Transport: Sendable {
    func send(_ request: Request, context: Context) async throws -> Response
}
