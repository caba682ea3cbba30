import PennyweightJSON
import PennyweightMiddleware
import PennyweightPipeline
import Testing

@testable import PennyweightOpenAI

@Suite struct ChatUnfoldingTests {
    private func fold(_ stream: [UInt8], choiceCount: Int? = nil) -> [UInt8]? {
        var folding = ChatFolding(choiceCount: choiceCount)
        folding.consume(stream)
        return folding.finish()?.body
    }

    private func events(_ stream: [UInt8]) throws -> [JSONNode] {
        var parser = SSEParser()
        return try parser.consume(stream).dropLast().map { try JSONDocument($0.data).root }
    }

    @Test("fold after unfold is the same bytes, for any answer", arguments: UInt64(1)...40)
    func identity(seed: UInt64) throws {
        let completions = Completions(seed: seed)
        for _ in 0..<10 {
            let stored = completions.next().bytes
            let stream = try ChatUnfolding(stored).bytes
            let again = fold(stream)
            #expect(again == stored, "seed \(seed): \(String(decoding: stored, as: UTF8.self))")
        }
    }

    @Test("unfold after fold folds alike, for every fixture", arguments: Streams.complete.keys.sorted())
    func fixtures(name: String) throws {
        let stream = try #require(Streams.complete[name])
        let folded = try #require(fold(stream.bytes))
        #expect(try fold(ChatUnfolding(folded).bytes) == folded)
    }

    @Test("white space and order of a stored answer don't matter")
    func spaced() throws {
        let stored = """
            {
              "choices": [ { "finish_reason": "stop", "index": 0,
                "message": { "content": "a b", "role": "assistant" } } ],
              "object": "chat.completion", "id": "x"
            }
            """
        let folded = try #require(try fold(ChatUnfolding(stored.bytes).bytes))
        #expect(
            String(decoding: folded, as: UTF8.self)
                == #"""
                {"choices":[{"finish_reason":"stop","index":0,"message":{"content":"a b",\#
                "role":"assistant","refusal":null},"logprobs":null}],\#
                "object":"chat.completion","id":"x"}
                """#
        )
    }

    @Test("every chunk has what the contract asks for", arguments: UInt64(1)...10)
    func shape(seed: UInt64) throws {
        let stored = Completions(seed: seed).next()
        let stream = try ChatUnfolding(stored.bytes)
        #expect(stream.events.last == Streams.done.bytes)
        let chunks = try events(stream.bytes)
        for chunk in chunks {
            #expect(chunk["object"]?.string == "chat.completion.chunk")
            for name in ["id", "created", "model"] as [JSONText] {
                #expect(try chunk[#require(name.string)].map(JSONValue.init) == stored[name])
            }
            for choice in chunk["choices"]?.elements ?? [] {
                #expect(choice["message"] == nil)
                #expect(choice["delta"]?.kind == .object)
                #expect(choice["finish_reason"] != nil)
            }
        }
        #expect(chunks.first?["choices"]?.elements.first?["delta"]?["role"]?.string == "assistant")
    }

    @Test("usage is null in every chunk, and then alone in one without choices")
    func usage() throws {
        let folded = try #require(fold(Streams.text.bytes))
        let chunks = try events(try ChatUnfolding(folded).bytes)
        #expect(
            chunks.dropLast().allSatisfy {
                $0["usage"]?.isNull == true && $0["choices"]?.elements.isEmpty == false
            })
        #expect(chunks.last?["choices"]?.elements.isEmpty == true)
        #expect(chunks.last?["usage"]?["total_tokens"]?.integer == 13)
    }

    @Test("an answer without usage has no usage in its stream")
    func noUsage() throws {
        let folded = try #require(fold(Streams.two.bytes))
        #expect(try events(ChatUnfolding(folded).bytes).allSatisfy { $0["usage"] == nil })
    }

    @Test("each piece of text is a text of its own")
    func pieces() throws {
        var text: JSONText = ""
        for _ in 0..<200 { text.raw += #"\ud83d\ude00é漢😀\n"#.utf8 }
        let pieces = TextPieces.cut(text)
        #expect((2...9).contains(pieces.count))
        #expect(pieces.reduce("" as JSONText, +) == text)
        #expect(pieces.allSatisfy { $0.string != nil })
        #expect(TextPieces.cut("") == [])
        #expect(TextPieces.cut("short") == ["short"])
    }

    @Test("what is no complete answer can't be unfolded")
    func refused() {
        for text in [
            "", "{", "[]", #"{"object":"chat.completion","choices":[]}"#,
            #"{"object":"list","choices":[{}]}"#,
            #"{"object":"chat.completion","choices":[{"index":0,"message":{},"finish_reason":null}]}"#,
            #"{"object":"chat.completion","choices":[{"index":0,"finish_reason":"stop"}]}"#,
            #"""
            {"object":"chat.completion","choices":[{"index":0,"message":{"content":"a",\#
            "content":"b"},"finish_reason":"stop"}]}
            """#,
        ] {
            let failure = #expect(throws: Failure.self) { try ChatUnfolding(text.bytes) }
            #expect(failure?.code == .invalidAnswer)
        }
    }
}
