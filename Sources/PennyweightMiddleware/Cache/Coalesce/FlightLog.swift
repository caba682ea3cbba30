/// The chunks of one answer, as far as somebody may still read them. A value: no waiting.
struct FlightLog: Sendable {
    /// What there is at a position.
    enum Piece: Sendable, Hashable {
        case chunk([UInt8])
        /// It has not come yet.
        case ahead
        /// It is not kept any more.
        case gone
    }

    private var chunks: [[UInt8]] = []
    /// The position of the first chunk that is kept.
    private(set) var start = 0
    /// Bytes that are kept.
    private(set) var byteCount = 0
    /// False once it was too long to be kept from its start: nobody may begin to read it.
    private(set) var isWhole = true

    /// The position of the chunk that comes next.
    var end: Int { start + chunks.count }

    func piece(at position: Int) -> Piece {
        if position >= end { return .ahead }
        return position < start ? .gone : .chunk(chunks[position - start])
    }

    /// Adds a chunk. Past `limit` bytes what all have read is dropped, and then what is the oldest; the new
    /// chunk always stays. `slowest` is the lowest position of a reader; nil if nobody reads.
    mutating func append(_ chunk: [UInt8], limit: Int, slowest: () -> Int?) {
        chunks.append(chunk)
        byteCount += chunk.count
        guard byteCount > limit || !isWhole else { return }
        let newest = chunks.count - 1
        let read = min(max(0, (slowest() ?? end) - start), newest)
        var dropped = 0
        while dropped < newest, dropped < read || byteCount > limit {
            byteCount -= chunks[dropped].count
            dropped += 1
        }
        chunks.removeFirst(dropped)
        start += dropped
        isWhole = start == 0
    }
}
