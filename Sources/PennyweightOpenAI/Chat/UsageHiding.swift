private import PennyweightJSON

/// Takes `usage` out of a stream of chat chunks and leaves every other byte. A value: no waiting.
struct UsageHiding: Sendable {
    private var blocks: SSEBlocks
    /// True if the last block was dropped up to a CR: an LF that follows belongs to it.
    private var dropsLineFeed = false

    init(limitBytes: Int) {
        blocks = SSEBlocks(limitBytes: limitBytes)
    }

    /// Takes the next bytes, cut anywhere, and returns what may be shown: whole events only.
    mutating func consume(_ bytes: [UInt8]) throws -> [UInt8] {
        var shown: [UInt8] = []
        for block in try blocks.consume(bytes) { shown += show(block) }
        return shown
    }

    /// What is left when the stream has ended properly.
    mutating func finish() -> [UInt8] {
        show(blocks.finish())
    }

    private mutating func show(_ block: [UInt8]) -> [UInt8] {
        var block = block
        if dropsLineFeed, block.first == SSEParser.lineFeed { block.removeFirst() }
        if !block.isEmpty { dropsLineFeed = false }
        guard let shown = UsageHiding.shown(block) else {
            dropsLineFeed = block.last == SSEParser.carriageReturn
            // An LF at the start ends the line end of the block before.
            return block.first == SSEParser.lineFeed ? [SSEParser.lineFeed] : []
        }
        return shown
    }

    private static let name = Array("usage".utf8)

    /// A block without its usage; nil if it is to be dropped.
    private static func shown(_ block: [UInt8]) -> [UInt8]? {
        guard contains(name, in: block) else { return block }
        let values = dataValues(in: block)
        let data = Array(values.map { block[$0] }.joined(separator: [SSEParser.lineFeed]))
        guard let document = try? JSONDocument(data), let usage = document.root["usage"] else { return block }
        if usage.kind == .object, let choices = document.root["choices"], choices.kind == .array,
            choices.elements.isEmpty
        {
            return nil
        }
        return replacing(values, in: block, with: withoutUsage(document))
    }

    private static func withoutUsage(_ document: JSONDocument) -> [UInt8] {
        var document = document
        while let edit = document.root.removing("usage") {
            let bytes = document.applying([edit])
            guard let edited = try? JSONDocument(bytes) else { return bytes }
            document = edited
        }
        return document.bytes
    }

    /// Where the values of the data lines stand in a block.
    private static func dataValues(in block: [UInt8]) -> [Range<Int>] {
        var values: [Range<Int>] = []
        var start = block.starts(with: SSEParser.byteOrderMark) ? 3 : 0
        for position in start..<block.count {
            guard block[position] == SSEParser.lineFeed || block[position] == SSEParser.carriageReturn else {
                continue
            }
            if let field = SSEField(block[start..<position]), field.name == "data" {
                values.append(field.value.indices)
            }
            start = position + 1
        }
        if start < block.count, let field = SSEField(block[start...]), field.name == "data" {
            values.append(field.value.indices)
        }
        return values
    }

    /// Puts the new data in place of the old; the lines between two data lines become part of neither.
    private static func replacing(_ values: [Range<Int>], in block: [UInt8], with data: [UInt8]) -> [UInt8] {
        guard let first = values.first, let last = values.last else { return block }
        let lines = SSEWriter.lines(data)
        let written = Array(lines.joined(separator: Array("\ndata: ".utf8)))
        return block[..<first.lowerBound] + written + block[last.upperBound...]
    }

    static func contains(_ wanted: [UInt8], in bytes: [UInt8]) -> Bool {
        guard let first = wanted.first, bytes.count >= wanted.count else { return false }
        var position = 0
        while position <= bytes.count - wanted.count {
            if bytes[position] == first, bytes[position...].starts(with: wanted) { return true }
            position += 1
        }
        return false
    }
}
