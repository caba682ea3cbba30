/// Goes along with the writes of a batch, on the writer's thread: is told how each ended, and adds writes of
/// its own to their transaction.
protocol BatchCompanion: AnyObject, Sendable {
    /// The writes since the last time are part of the batch.
    func keep()

    /// The write since then was undone: so is whatever was noted for it.
    func undo()

    /// Writes what belongs to the batch; the commit follows. If this throws, the whole batch is undone.
    func finish() throws

    /// The batch has ended; another one may begin.
    func end(isCommitted: Bool)
}
