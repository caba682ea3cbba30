/// Pulls the chunks of one body, in order.
///
/// One task at a time calls ``read()``. Back-pressure is the pull itself: nothing is fetched before it is
/// asked for, beyond what the connection buffers.
public protocol BodyReader: AnyObject, Sendable {
    /// The next chunk, never empty; nil at the proven end of the body.
    ///
    /// Throws a ``Failure`` if the body breaks off. If the task is cancelled, throws `CancellationError` and
    /// ends the exchange. After nil or an error, every further call returns nil or throws.
    func read() async throws -> [UInt8]?

    /// Gives the rest up and ends the exchange. Does nothing after the end, or when called again.
    ///
    /// Dropping the last reference to a reader does the same.
    func cancel()
}
