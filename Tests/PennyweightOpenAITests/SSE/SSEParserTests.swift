import PennyweightPipeline
import Testing

@testable import PennyweightOpenAI

@Suite struct SSEParserTests {
    private func events(_ pieces: [[UInt8]]) throws -> [SSEEvent] {
        var parser = SSEParser()
        return try pieces.flatMap { try parser.consume($0) }
    }

    private func data(_ text: String) throws -> [String] {
        try events([text.bytes]).map { String(decoding: $0.data, as: UTF8.self) }
    }

    @Test("every split of every fixture gives the same events", arguments: Streams.complete.keys.sorted())
    func everySplit(name: String) throws {
        let bytes = try #require(Streams.complete[name]).bytes
        let whole = try events([bytes])
        #expect(whole.last?.data == "[DONE]".bytes)
        for pieces in Splits.all(bytes) { #expect(try events(pieces) == whole) }
    }

    @Test("a line ends at LF, CR and CRLF alike")
    func lineEnds() throws {
        for end in ["\n", "\r", "\r\n"] {
            let text = "data: a" + end + "data:b" + end + end + "data:  c" + end + end
            for pieces in Splits.all(text.bytes) {
                #expect(
                    try events(pieces).map { String(decoding: $0.data, as: UTF8.self) } == ["a\nb", " c"])
            }
        }
    }

    @Test("U+2028, U+2029 and U+0085 are data")
    func unicodeLineEnds() throws {
        #expect(try data("data: a\u{2028}b\u{2029}c\u{85}d\n\n") == ["a\u{2028}b\u{2029}c\u{85}d"])
    }

    @Test("comments and unknown fields are ignored")
    func comments() throws {
        #expect(try data(": hello\n\n:\n\nfoo: bar\ndata: a\n: aside\n\n") == ["a"])
    }

    @Test("a byte order mark is skipped at the start only")
    func byteOrderMark() throws {
        for pieces in Splits.all("\u{FEFF}data: a\n\n\u{FEFF}data: b\n\n".bytes) {
            #expect(try events(pieces).map(\.data) == ["a".bytes])
        }
    }

    @Test("an event that no blank line finishes is none")
    func unfinished() throws {
        #expect(try data("data: a\n\ndata: b\n") == ["a"])
        #expect(try data("data: a\n\ndata: b") == ["a"])
    }

    @Test("data without a value is an event with empty data; no data is no event")
    func emptyData() throws {
        #expect(try data("data\n\n") == [""])
        #expect(try data("data:\ndata\n\n") == ["\n"])
        #expect(try data("event: ping\n\nid: 4\n\n") == [])
    }

    @Test("event names hold for one event, ids until the next one")
    func namesAndIDs() throws {
        let events = try events([
            "event: add\nid: 7\ndata: 1\n\ndata: 2\n\nid: a\0b\ndata: 3\n\nid\ndata: 4\n\n".bytes
        ])
        #expect(events.map(\.type) == ["add", "message", "message", "message"])
        #expect(events.map(\.lastEventID) == ["7", "7", "7", ""])
    }

    @Test("retry takes digits only")
    func retry() throws {
        var parser = SSEParser()
        _ = try parser.consume("retry: 250\nretry: 1x\nretry:\n\n".bytes)
        #expect(parser.reconnectionTime == .milliseconds(250))
    }

    @Test("an event beyond the limit is refused, and the error names the limit")
    func limit() throws {
        var parser = SSEParser(limitBytes: 64)
        for _ in 0..<10 {
            #expect(
                try parser.consume(("data: " + String(repeating: "x", count: 50) + "\n\n").bytes).count == 1)
        }
        let failure = #expect(throws: Failure.self) {
            try parser.consume(
                "data: \(String(repeating: "x", count: 30))\ndata: \(String(repeating: "y", count: 40))".bytes
            )
        }
        #expect(failure?.code == .invalidAnswer)
        #expect(failure?.message.contains("64 bytes") == true)
    }

    @Test("a comment without an end is bounded too")
    func endlessComment() throws {
        var parser = SSEParser(limitBytes: 64)
        #expect(throws: Failure.self) {
            for _ in 0..<100 { _ = try parser.consume(":xxxxxxx".bytes) }
        }
    }

    @Test("arbitrary bytes never trap, and splits never matter")
    func arbitraryBytes() throws {
        let alphabet: [[UInt8]] =
            ["data", ":", " ", "\n", "\r", "id", "event", "x", "\0", "é", "retry", "\u{FEFF}"].map(\.bytes)
            + [[0xFF], [0xEF], [0xBB]]
        for seed in UInt64(1)...200 {
            let bytes = Splits.random(Array(repeating: 0, count: 400), seed: seed)
                .flatMap { alphabet[$0.count % alphabet.count] }
            let whole = try events([bytes])
            #expect(try events(Splits.random(bytes, seed: seed + 1)) == whole, "seed \(seed)")
            #expect(try events(Splits.single(bytes)) == whole, "seed \(seed)")
        }
    }
}
