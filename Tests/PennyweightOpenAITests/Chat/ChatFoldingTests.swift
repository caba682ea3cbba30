import PennyweightJSON
import PennyweightMiddleware
import Testing

@testable import PennyweightOpenAI

@Suite struct ChatFoldingTests {
    private func fold(_ pieces: [[UInt8]], choiceCount: Int? = nil) -> FoldedAnswer? {
        var folding = ChatFolding(choiceCount: choiceCount)
        for piece in pieces { folding.consume(piece) }
        return folding.finish()
    }

    private func fold(_ text: String, choiceCount: Int? = nil) -> String? {
        fold([text.bytes], choiceCount: choiceCount).map { String(decoding: $0.body, as: UTF8.self) }
    }

    private func message(_ text: String, choice: Int = 0) throws -> String {
        let folded = try #require(fold(text))
        let root = try JSONDocument(folded).root
        return try String(
            decoding: #require(root["choices"]?.elements[choice]["message"]).source, as: UTF8.self)
    }

    @Test("a stream of text becomes the plain answer, escapes and all")
    func text() throws {
        let expected = [
            #"""
            {"id":"chatcmpl-1","object":"chat.completion","created":1767225600,\#
            "model":"gpt-5-mini-2025-08-07",
            """#,
            #"""
            "service_tier":"default","system_fingerprint":"fp_1","choices":[{"index":0,\#
            "message":{"role":"assistant",
            """#,
            #"""
            "content":"Gr\u00fc\u00df Gott, \ud83d\ude00\u2028 ü\#u{2028}!",\#
            "refusal":null},"logprobs":null,
            """#,
            #""finish_reason":"stop"}]"#, String(Streams.usage), "}",
        ]
        #expect(fold(Streams.text) == expected.joined())
    }

    @Test("every split of every fixture folds alike", arguments: Streams.complete.keys.sorted())
    func everySplit(name: String) throws {
        let bytes = try #require(Streams.complete[name]).bytes
        let whole = try #require(fold([bytes]))
        for pieces in [Splits.single(bytes)] + (1...30).map({ Splits.random(bytes, seed: $0) }) {
            #expect(fold(pieces) == whole)
        }
    }

    @Test("tool calls are merged by index, have no index, and keep id and name once")
    func tools() throws {
        #expect(
            try message(Streams.tools)
                == #"""
                {"role":"assistant","content":null,"tool_calls":[{"id":"call_a",\#
                "type":"function","function":{"name":"weather","arguments":"{\#
                \"city\":\"Graz\"}"}},
                """#
                    + #"""
                    {"id":"call_b","type":"function","function":{"name":"time",\#
                    "arguments":"{}"}}],"refusal":null}
                    """#
        )
    }

    @Test("interleaved choices are told apart")
    func choices() throws {
        #expect(try message(Streams.two) == #"{"role":"assistant","content":"tails","refusal":null}"#)
        #expect(
            try message(Streams.two, choice: 1) == #"{"role":"assistant","content":"heads","refusal":null}"#)
        #expect(fold(Streams.two)?.contains(#""finish_reason":"length""#) == true)
    }

    @Test("log probabilities are joined in order, numbers as written")
    func logprobs() throws {
        #expect(
            try #require(fold(Streams.logprobs)).contains(
                #"""
                "logprobs":{"content":[{"token":"Hi","logprob":-0.1,"bytes":[72,105],\#
                "top_logprobs":[]},{"token":"!","logprob":-1.50,"bytes":[33],\#
                "top_logprobs":[]}],"refusal":null}
                """#
            ))
    }

    @Test("refusals, reasoning, audio and function calls are joined")
    func others() throws {
        #expect(
            try message(Streams.refusal)
                == #"{"role":"assistant","content":null,"refusal":"I can't do that."}"#)
        #expect(
            try message(Streams.reasoning)
                == #"{"role":"assistant","content":"therefore","reasoning_content":"I think","refusal":null}"#
        )
        #expect(
            try message(Streams.audio).contains(
                #""audio":{"id":"audio_1","transcript":"Good day","data":"AAECAwQ=","expires_at":1767229200}"#
            ))
        #expect(
            try message(Streams.functionCall).contains(
                #""function_call":{"name":"f","arguments":"{\"a\":1}"}"#))
    }

    @Test("unknown members are kept, empty ones give way, random filling is dropped")
    func topLevel() throws {
        let folded = try #require(fold(Streams.azure))
        #expect(folded.contains(#""prompt_filter_results":[{"prompt_index":0"#))
        #expect(folded.contains(#""id":"chatcmpl-1""#))
        #expect(folded.contains(#""object":"chat.completion""#))
        #expect(!folded.contains("obfuscation"))
    }

    @Test("the last usage stands")
    func usage() throws {
        let first = Streams.chunk(
            Streams.choice(#"{"role":"assistant","content":"a"}"#), #","usage":{"prompt_tokens":1}"#)
        let last = Streams.chunk(Streams.choice("{}", finish: "stop"), #","usage":{"prompt_tokens":2}"#)
        #expect(fold(first + last + Streams.done)?.hasSuffix(#""usage":{"prompt_tokens":2}}"#) == true)
        #expect(
            fold(first + last + Streams.chunk("", #","usage":null"#) + Streams.done)?.contains(
                "\"prompt_tokens\":2") == true)
    }

    @Test(
        "a stream that is cut anywhere before its end is no answer", arguments: Streams.complete.keys.sorted()
    )
    func cut(name: String) throws {
        let bytes = try #require(Streams.complete[name]).bytes
        for count in stride(from: 0, to: bytes.count - 2, by: 7) {
            #expect(fold([Array(bytes[..<count])]) == nil)
        }
        #expect(fold([bytes.dropLast("data: [DONE]\n\n".utf8.count)]) == nil)
    }

    @Test("without every choice finished there is no answer")
    func unfinishedChoices() {
        let one = Streams.chunk(Streams.choice(#"{"role":"assistant","content":"a"}"#))
        let finish = Streams.chunk(Streams.choice("{}", finish: "stop"))
        #expect(fold(one + Streams.done) == nil)
        #expect(fold(one + finish + Streams.done, choiceCount: 1) != nil)
        #expect(fold(one + finish + Streams.done, choiceCount: 2) == nil)
        let second = Streams.chunk(Streams.choice(#"{"content":"b"}"#, index: 1))
        #expect(fold(one + second + finish + Streams.done) == nil)
        let third = Streams.chunk(Streams.choice(#"{"content":"b"}"#, index: 2, finish: "stop"))
        #expect(fold(one + third + finish + Streams.done) == nil)
        #expect(fold(Streams.done) == nil)
    }

    @Test("an error, or what is no chunk, spoils the stream even if it ends properly")
    func spoiled() {
        let good = Streams.chunk(Streams.choice(#"{"role":"assistant","content":"a"}"#, finish: "stop"))
        #expect(fold(good + Streams.done) != nil)
        let spoilers = [
            Streams.errorEvent, "data: not json\n\n", "data: []\n\n", "data: {}\n\n", "data\n\n",
            "event: error\ndata: {\"choices\":[]}\n\n",
            "data: {\"choices\":[],\"object\":\"text_completion\"}\n\n",
            "data: {\"choices\":[],\"choices\":[]}\n\n", "data: {\"choices\":[{\"delta\":{}}]}\n\n",
            Streams.chunk(Streams.choice(#"{"content":"a","content":"b"}"#)),
            Streams.chunk(Streams.choice(#"{"content":5}"#)),
            Streams.chunk(Streams.choice(#"{"content":["a"]}"#)), Streams.chunk(Streams.choice("[]")),
            Streams.chunk(Streams.choice("{}", index: -1)),
            Streams.chunk(Streams.choice("{}", index: 100_000)),
        ]
        for spoiler in spoilers {
            #expect(fold(good + spoiler + Streams.done) == nil, "\(spoiler)")
            #expect(fold(spoiler + good + Streams.done) == nil || spoiler.contains("content"), "\(spoiler)")
        }
    }

    @Test("two calls that claim one index are not mixed up")
    func callsWithOneIndex() {
        let piece = { (id: String) in
            Streams.chunk(
                Streams.choice(
                    #"""
                    {"tool_calls":[{"index":0,"id":"\#(id)","type":"function",\#
                    "function":{"name":"f","arguments":"{}"}}]}
                    """#
                ))
        }
        let finish = Streams.chunk(Streams.choice("{}", finish: "tool_calls")) + Streams.done
        #expect(fold(piece("a") + piece("b") + finish) == nil)
    }

    @Test("an empty id and name in later pieces change nothing")
    func emptyIDs() throws {
        let opening =
            #"""
            {"role":"assistant","tool_calls":[{"index":0,"id":"a","type":"function",\#
            "function":{"name":"f","arguments":"{"}}]}
            """#
        let later = #"{"tool_calls":[{"index":0,"id":"","type":"","function":{"name":"","arguments":"}"}}]}"#
        let text =
            Streams.chunk(Streams.choice(opening))
            + Streams.chunk(Streams.choice(later, finish: "tool_calls")) + Streams.done
        #expect(
            try message(text).contains(
                #""tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]"#))
    }

    @Test("names written with escapes are the same names")
    func escapedNames() throws {
        let text =
            Streams.chunk(Streams.choice(#"{"content":"a"}"#))
            + Streams.chunk(Streams.choice(#"{"cont\u0065nt":"b"}"#, finish: "stop")) + Streams.done
        #expect(try message(text).contains(#""content":"ab""#))
    }

    @Test("a long answer in many small pieces folds whole")
    func manyPieces() throws {
        let header = Streams.chunk(Streams.choice(#"{"role":"assistant","content":""}"#)).bytes
        let piece = SSEWriter.event(#"{"choices":[{"index":0,"delta":{"content":"0123456789"}}]}"#.bytes)
        var folding = ChatFolding()
        folding.consume(header)
        for _ in 0..<10_000 { folding.consume(piece) }
        folding.consume((Streams.chunk(Streams.choice("{}", finish: "stop")) + Streams.done).bytes)
        let folded = folding.finish()
        let root = try JSONDocument(#require(folded).body).root
        #expect(root["choices"]?.elements[0]["message"]?["content"]?.string?.utf8.count == 100_000)
    }

    @Test("a stream has ended with its terminal event, and a spoiled one never")
    func hasEnded() {
        var folding = ChatFolding()
        folding.consume(Streams.two.bytes.dropLast())
        #expect(!folding.hasEnded)
        folding.consume("\n".bytes)
        #expect(folding.hasEnded)
        var spoiled = ChatFolding()
        spoiled.consume((Streams.errorEvent + Streams.done).bytes)
        #expect(!spoiled.hasEnded)
    }

    @Test("a list or object without bounds is not followed")
    func unbounded() {
        let calls = (0..<3_000).map { #"{"index":\#($0)}"# }.joined(separator: ",")
        let piece = Streams.chunk(Streams.choice(#"{"tool_calls":[\#(calls)]}"#))
        let members = (0..<3_000).map { #""m\#($0)":1"# }.joined(separator: ",")
        let finish = Streams.chunk(Streams.choice("{}", finish: "stop")) + Streams.done
        #expect(fold(piece + piece + finish) == nil)
        #expect(fold(Streams.chunk(Streams.choice("{\(members)}")) + finish) == nil)
    }

    @Test("what comes after the end is not looked at")
    func afterDone() {
        let good =
            Streams.chunk(Streams.choice(#"{"role":"assistant","content":"a"}"#, finish: "stop"))
            + Streams.done
        #expect(fold(good + "data: junk\n\n") == fold(good))
    }
}

@Suite struct PlainChatFoldingTests {
    private func fold(_ text: String, choiceCount: Int? = nil) -> FoldedAnswer? {
        var folding = PlainFolding.chat(choiceCount: choiceCount)
        for piece in Splits.random(text.bytes, seed: 3) { folding.consume(piece) }
        return folding.finish()
    }

    private static let choice =
        #"{"index":0,"message":{"role":"assistant","content":"a"},"logprobs":null,"finish_reason":"stop"}"#
    private static let good = #" { "object" : "chat.completion", "choices":[\#(choice)] } "#

    @Test("a complete answer stays byte for byte")
    func complete() {
        #expect(fold(Self.good)?.body == Self.good.bytes)
        #expect(fold(Self.good, choiceCount: 1) != nil)
    }

    @Test("an incomplete answer is none")
    func incomplete() {
        #expect(fold(Self.good, choiceCount: 2) == nil)
        for count in 0..<Self.good.utf8.count - 1 {
            var folding = PlainFolding.chat(choiceCount: nil)
            folding.consume(Array(Self.good.utf8.prefix(count)))
            #expect(folding.finish() == nil)
        }
        for (old, new) in [
            ("chat.completion", "text_completion"), (#""stop""#, "null"), (#""stop""#, #""""#),
            ("index\":0", "index\":1"),
            ("{\"role\"", "[{\"role\""), ("[\(Self.choice)]", "[]"),
            (#" "object""#, #""error":{"message":"x"}, "object""#),
            ("[\(Self.choice)]", "[\(Self.choice),\(Self.choice)]"),
        ] {
            #expect(fold(Self.good.replacing(old, with: new)) == nil, "\(new)")
        }
    }
}
