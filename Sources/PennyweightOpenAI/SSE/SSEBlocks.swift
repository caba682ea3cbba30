/// Cuts an event stream after the blank lines and keeps every byte: the blocks, joined, are the stream.
///
/// If a CRLF is cut in two at the end of a block, its LF starts the next block, where it is an empty line
/// without effect: a block never waits for it.
struct SSEBlocks: Sendable {
    private let limitBytes: Int
    private var block: [UInt8] = []
    private var isLineEmpty = true
    private var endedWithCarriageReturn = false

    init(limitBytes: Int) {
        self.limitBytes = limitBytes
    }

    /// Takes the next bytes and returns the blocks that they finish. Throws if a block is larger than the
    /// limit.
    mutating func consume(_ bytes: [UInt8]) throws -> [[UInt8]] {
        var blocks: [[UInt8]] = []
        var start = 0
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            let continuesLineEnd = endedWithCarriageReturn && byte == SSEParser.lineFeed
            endedWithCarriageReturn = byte == SSEParser.carriageReturn
            if continuesLineEnd { continue }
            guard byte == SSEParser.lineFeed || byte == SSEParser.carriageReturn else {
                isLineEmpty = false
                continue
            }
            guard isLineEmpty else {
                isLineEmpty = true
                continue
            }
            if endedWithCarriageReturn, position < bytes.count, bytes[position] == SSEParser.lineFeed {
                position += 1
                endedWithCarriageReturn = false
            }
            try extend(with: bytes[start..<position])
            blocks.append(block)
            block = []
            start = position
        }
        try extend(with: bytes[start...])
        return blocks
    }

    /// What stands after the last blank line.
    mutating func finish() -> [UInt8] {
        defer { block = [] }
        return block
    }

    private mutating func extend(with bytes: ArraySlice<UInt8>) throws {
        guard block.count + bytes.count <= limitBytes else { throw SSEParser.tooLarge(limitBytes) }
        block += bytes
    }
}
