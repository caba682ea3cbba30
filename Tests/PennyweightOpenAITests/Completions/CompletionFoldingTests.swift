import PennyweightJSON
import PennyweightMiddleware
import PennyweightPipeline
import Testing

@testable import PennyweightOpenAI

@Suite struct CompletionFoldingTests {
    private func fold(_ pieces: [[UInt8]], choiceCount: Int? = nil) -> [UInt8]? {
        var folding = CompletionFolding(choiceCount: choiceCount)
        for piece in pieces { folding.consume(piece) }
        return folding.finish()?.body
    }

    private func chunk(_ text: String, index: Int = 0, finish: String = "null", logprobs: String = "null")
        -> String
    {
        #"data: {"id":"cmpl-1","object":"text_completion","created":1,"model":"m","choices":[{"text":"\#(text)","#
            + #""index":\#(index),"logprobs":\#(logprobs),"finish_reason":\#(finish)}]}"# + "\n\n"
    }

    @Test("texts are joined, choice by choice, and log probabilities list by list")
    func joined() throws {
        let stream =
            chunk("a", logprobs: #"{"tokens":["a"],"top_logprobs":[{"index":0}]}"#) + chunk("x", index: 1)
            + chunk("b", logprobs: #"{"tokens":["b"],"top_logprobs":[{"index":0}]}"#)
            + chunk("", index: 1, finish: #""length""#) + chunk("", finish: #""stop""#) + "data: [DONE]\n\n"
        #expect(
            try String(decoding: #require(fold([stream.bytes])), as: UTF8.self)
                == #"{"id":"cmpl-1","object":"text_completion","created":1,"model":"m","choices":[{"text":"ab","index":0,"#
                + #""logprobs":{"tokens":["a","b"],"top_logprobs":[{"index":0},{"index":0}]},"finish_reason":"stop"},"#
                + #"{"text":"x","index":1,"logprobs":null,"finish_reason":"length"}]}"#)
    }

    @Test("a stream that is cut, unfinished, of another kind or an error is no answer")
    func incomplete() {
        let good = chunk("a") + chunk("", finish: #""stop""#) + "data: [DONE]\n\n"
        #expect(fold([good.bytes]) != nil)
        #expect(fold([good.bytes], choiceCount: 2) == nil)
        for count in 0..<good.utf8.count - 1 { #expect(fold([Array(good.utf8.prefix(count))]) == nil) }
        #expect(fold([(chunk("a") + "data: [DONE]\n\n").bytes]) == nil)
        #expect(fold([good.replacing("text_completion", with: "chat.completion.chunk").bytes]) == nil)
        #expect(fold([("data: {\"error\":{\"message\":\"x\"},\"choices\":[]}\n\n" + good).bytes]) == nil)
        #expect(fold([good.replacing(#""text":"a""#, with: #""text":5"#).bytes]) == nil)
    }

    @Test("fold after unfold is the same bytes, for any answer", arguments: UInt64(1)...20)
    func identity(seed: UInt64) throws {
        let answers = Answers(seed: seed)
        for _ in 0..<10 {
            let stored = answers.completion().bytes
            let stream = try CompletionUnfolding(stored).bytes
            #expect(fold([stream]) == stored, "seed \(seed): \(String(decoding: stored, as: UTF8.self))")
        }
    }

    @Test("generated streams fold into the answer, at every split point", arguments: UInt64(1)...12)
    func generated(seed: UInt64) throws {
        let answer = Answers(seed: seed).completion()
        let stream = RandomStream(seed: seed).completion(answer)
        let folded = try #require(fold([stream]))
        #expect(try JSONValue(JSONDocument(folded).root)["choices"] == answer["choices"], "seed \(seed)")
        #expect(try fold([CompletionUnfolding(folded).bytes]) == folded)
        for place in stride(from: 0, through: stream.count, by: max(1, stream.count / 300)) {
            #expect(
                fold([Array(stream[..<place]), Array(stream[place...])]) == folded,
                "seed \(seed), at \(place)")
        }
        #expect(fold(Splits.single(stream)) == folded)
    }

    @Test(
        "what is no complete text completion can't be streamed",
        arguments: ["{}", "[]", "x", #"{"object":"text_completion","choices":[]}"#])
    func notUnfoldable(stored: String) {
        #expect(throws: Failure.self) { try CompletionUnfolding(stored.bytes) }
    }

    @Test("a plain answer is kept byte for byte if every text has finished")
    func plain() {
        let choice = #"{"text":"a","index":0,"logprobs":null,"finish_reason":"stop"}"#
        let good = #" {"object":"text_completion","choices":[\#(choice)]} "#
        func kept(_ text: String, count: Int? = nil) -> [UInt8]? {
            var folding = PlainFolding.completion(choiceCount: count)
            folding.consume(text.bytes)
            return folding.finish()?.body
        }
        #expect(kept(good, count: 1) == good.bytes)
        #expect(kept(good, count: 2) == nil)
        for (old, new) in [
            (#""stop""#, "null"), (#""a""#, "null"), ("text_completion", "list"), (#":0"#, ":1"),
        ] {
            #expect(kept(good.replacing(old, with: new)) == nil, "\(new)")
        }
        for count in 0..<good.utf8.count - 1 { #expect(kept(String(good.prefix(count))) == nil) }
    }
}
