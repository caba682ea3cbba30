import Testing

@testable import PennyweightOpenAI

@Suite struct SSEWriterTests {
    @Test("what is written is read again", arguments: ["", "a", "a\nb", "a\r\nb\rc\n", "\n", " lead"])
    func roundTrip(text: String) throws {
        var parser = SSEParser()
        let events = try parser.consume(SSEWriter.event(text.bytes, type: "note"))
        let plain = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        #expect(events == [SSEEvent(type: "note", data: plain.bytes)])
    }

    @Test("a comment is no event, whatever is in it")
    func comment() throws {
        var parser = SSEParser()
        let events = try parser.consume(SSEWriter.comment("cost: 1\ndata: x\r\n\ndata: y"))
        #expect(events.isEmpty)
        #expect(SSEWriter.comment("a") == ": a\n\n".bytes)
    }

    @Test("a name can't break out of its line")
    func name() throws {
        #expect(SSEWriter.event("1".bytes, type: "a\ndata: 2") == "event: adata: 2\ndata: 1\n\n".bytes)
    }

    @Test("the terminal event is written as OpenAI does")
    func done() {
        #expect(SSEWriter.done == Streams.done.bytes)
    }
}

@Suite struct SSEBlocksTests {
    private func blocks(_ pieces: [[UInt8]]) throws -> [[UInt8]] {
        var blocks = SSEBlocks(limitBytes: 1_000_000)
        let whole = try pieces.flatMap { try blocks.consume($0) }
        return whole + [blocks.finish()]
    }

    @Test("blocks joined are the stream, at every split", arguments: Streams.framings)
    func lossless(name: String) throws {
        let bytes = try #require(Streams.complete[name]).bytes
        for pieces in Splits.all(bytes) { #expect(try Array(blocks(pieces).joined()) == bytes) }
    }

    @Test("a block is there as soon as its blank line is, even if a CRLF is cut in two")
    func prompt() throws {
        var blocks = SSEBlocks(limitBytes: 100)
        #expect(try blocks.consume("data: a\r\n\r".bytes) == ["data: a\r\n\r".bytes])
        #expect(try blocks.consume("\ndata: b\r".bytes) == [])
        #expect(try blocks.consume("\n\r\nx".bytes) == ["\ndata: b\r\n\r\n".bytes])
        #expect(blocks.finish() == "x".bytes)
    }

    @Test("a block beyond the limit is refused")
    func limit() throws {
        var blocks = SSEBlocks(limitBytes: 10)
        #expect(throws: (any Error).self) { try blocks.consume("data: 1234567".bytes) }
    }
}
