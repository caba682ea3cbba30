private import PennyweightJSON
internal import PennyweightPipeline

/// Passes the whole events of a stream on and holds back what may be cut; knows whether the terminal event
/// has come. A value: no waiting.
struct WholeEvents: Sendable {
    private var blocks: SSEBlocks
    private let end: StreamEnd
    private var hasEnded = false
    /// Follows the choices of a stream that may end without its terminal event; nil for any other.
    private var ends: ChoiceEnds?
    private let choiceCount: Int?

    /// With `acceptsFinished`, a stream of chunks may also end after all choices have finished: those of the
    /// count, if it is known.
    init(
        endingWith end: StreamEnd, limitBytes: Int, acceptsFinished: Bool = false, choiceCount: Int? = nil
    ) {
        self.end = end
        self.choiceCount = choiceCount
        blocks = SSEBlocks(limitBytes: limitBytes)
        ends = acceptsFinished && end == .done ? ChoiceEnds() : nil
    }

    /// Takes the next bytes, cut anywhere, and returns the whole events.
    mutating func consume(_ bytes: [UInt8]) throws -> [UInt8] {
        var whole: [UInt8] = []
        for block in try blocks.consume(bytes) {
            if !hasEnded {
                hasEnded = end.isTerminal(block)
                follow(block)
            }
            whole += block
        }
        return whole
    }

    /// What is left when the body has ended: the terminal event, if it may be missing. Throws
    /// `connectionLost` if it has not come.
    mutating func finish() throws -> [UInt8] {
        let rest = blocks.finish()
        if hasEnded { return rest }
        let isBlank = rest.allSatisfy { $0 == SSEParser.lineFeed || $0 == SSEParser.carriageReturn }
        guard isBlank, ends?.areAll(of: choiceCount) == true else {
            throw Failure(.connectionLost, "The provider's stream broke off before its end.")
        }
        hasEnded = true
        return SSEWriter.done
    }

    private mutating func follow(_ block: [UInt8]) {
        guard ends != nil, !hasEnded else { return }
        var parser = SSEParser()
        for event in (try? parser.consume(block)) ?? [] {
            guard let root = try? JSONDocument(event.data).root else { continue }
            ends?.take(root)
        }
    }
}
