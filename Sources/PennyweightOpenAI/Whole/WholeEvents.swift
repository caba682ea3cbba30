internal import PennyweightPipeline

/// Passes the whole events of a stream on and holds back what may be cut; knows whether the terminal event
/// has come. A value: no waiting.
struct WholeEvents: Sendable {
    private var blocks: SSEBlocks
    private let end: StreamEnd
    private var hasEnded = false

    init(endingWith end: StreamEnd, limitBytes: Int) {
        self.end = end
        blocks = SSEBlocks(limitBytes: limitBytes)
    }

    /// Takes the next bytes, cut anywhere, and returns the whole events.
    mutating func consume(_ bytes: [UInt8]) throws -> [UInt8] {
        var whole: [UInt8] = []
        for block in try blocks.consume(bytes) {
            if !hasEnded { hasEnded = end.isTerminal(block) }
            whole += block
        }
        return whole
    }

    /// What is left when the body has ended. Throws `connectionLost` if the terminal event has not come.
    mutating func finish() throws -> [UInt8] {
        guard hasEnded else {
            throw Failure(.connectionLost, "The provider's stream broke off before its end.")
        }
        return blocks.finish()
    }
}
