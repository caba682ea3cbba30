import PennyweightJSON
import PennyweightOpenAI
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("A batch of texts to embed")
struct EmbeddingBatchTests {
    private func batch(_ input: String) -> EmbeddingBatch? {
        EmbeddingBatch(Array(#"{"model":"m", "input": \#(input) ,"x":1}"#.utf8))
    }

    private func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    private func answer(_ tokens: Int, _ vectors: [String], model: String = "m-1") -> [UInt8] {
        let data = vectors.enumerated().map {
            #"{"object":"embedding","index":\#($0.offset),"embedding":\#($0.element),"extra":null}"#
        }
        let usage = #"{"prompt_tokens":\#(tokens),"total_tokens":\#(tokens),"kind":"a"}"#
        let list = data.joined(separator: ",")
        return Array(
            #"{"object":"list","data":[\#(list)],"model":"\#(model)","usage":\#(usage)}"#.utf8)
    }

    @Test("each text can be asked alone, and any of them together; the rest of the body stays as it is")
    func bodies() throws {
        let batch = try #require(self.batch(#"["a\"", "é" ,"c"]"#))
        #expect(batch.count == 3)
        #expect(text(batch.body(of: 0)) == #"{"model":"m", "input": "a\"" ,"x":1}"#)
        #expect(text(batch.body(of: [2, 1])) == #"{"model":"m", "input": ["c","é"] ,"x":1}"#)
        let tokens = try #require(self.batch("[[1,2],[3]]"))
        #expect(text(tokens.body(of: 1)) == #"{"model":"m", "input": [3] ,"x":1}"#)
    }

    @Test(
        "what is one question already, or no question, is no batch",
        arguments: ["\"a\"", "[1,2]", "[]", "null", "[\"a\",[1]]", "[[\"a\"]]", "{}", "[true]"])
    func noBatch(input: String) {
        #expect(batch(input) == nil)
        #expect(EmbeddingBatch([]) == nil)
        #expect(EmbeddingBatch(Array(#"{"input":["a"],"input":["b"]}"#.utf8)) == nil)
    }

    @Test("more texts than the API takes are no batch")
    func tooMany() {
        #expect(batch("[" + repeatElement("\"a\"", count: 2_048).joined(separator: ",") + "]") != nil)
        #expect(batch("[" + repeatElement("\"a\"", count: 2_049).joined(separator: ",") + "]") == nil)
    }

    @Test("an answer is cut into answers to each text alone, and put together again")
    func roundTrip() throws {
        let batch = try #require(self.batch(#"["aaaa","b","cc"]"#))
        let parts = try #require(batch.parts(of: answer(11, ["[1]", "\"AA==\"", "[3]"]), to: [0, 1, 2]))
        let roots = try parts.map { try JSONDocument($0).root }
        #expect(roots.map { $0["usage"]?["prompt_tokens"]?.integer } == [5, 2, 4])
        #expect(roots.allSatisfy { $0["data"]?.elements.count == 1 && $0["model"]?.string == "m-1" })
        #expect(roots.allSatisfy { $0["data"]?.elements.first?["index"]?.integer == 0 })
        let whole = try JSONDocument(try #require(batch.answer(of: parts))).root
        #expect(whole["usage"]?["total_tokens"]?.integer == 11 && whole["usage"]?["kind"]?.string == "a")
        #expect(whole["data"]?.elements.map { $0["index"]?.integer } == [0, 1, 2])
        #expect(
            whole["data"]?.elements.map { text(Array($0["embedding"]!.source)) } == [
                "[1]", "\"AA==\"", "[3]",
            ])
        #expect(whole["data"]?.elements.allSatisfy { $0["extra"]?.isNull == true } == true)
    }

    @Test("vectors are taken by their index, whatever their order")
    func order() throws {
        let batch = try #require(self.batch(#"["a","b"]"#))
        let shuffled =
            #"{"object":"list","data":[{"index":1,"embedding":[2]},{"index":0,"embedding":[1]}],"model":"m"}"#
        let parts = try #require(batch.parts(of: Array(shuffled.utf8), to: [0, 1]))
        #expect(text(parts[0]) == #"{"object":"list","data":[{"index":0,"embedding":[1]}],"model":"m"}"#)
        #expect(text(parts[1]) == #"{"object":"list","data":[{"index":0,"embedding":[2]}],"model":"m"}"#)
    }

    @Test(
        "an answer that is not complete is not cut",
        arguments: [
            #"{"object":"list","data":[{"index":0,"embedding":[1]}],"model":"m"}"#,
            #"{"object":"list","data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}"#,
            #"{"object":"list","data":[{"index":0,"embedding":[1]},{"index":2,"embedding":[1]}]}"#,
            #"{"object":"list","data":[{"index":0,"embedding":[1]},{"index":1}]}"#,
            #"{"object":"list","data":[{"index":0,"embedding":[1]},{"index":1,"embedding":null}]}"#,
            #"{"error":{}}"#, #"{"object":"list","data":[{"index":0,"#, "",
        ])
    func incomplete(answer: String) throws {
        let batch = try #require(self.batch(#"["a","b"]"#))
        #expect(batch.parts(of: Array(answer.utf8), to: [0, 1]) == nil)
    }

    @Test("parts of two models, or too few, make no answer")
    func mixed() throws {
        let batch = try #require(self.batch(#"["a","b"]"#))
        #expect(batch.answer(of: [answer(1, ["[1]"]), answer(1, ["[1]"], model: "m-2")]) == nil)
        #expect(batch.answer(of: [answer(1, ["[1]"])]) == nil)
        #expect(batch.answer(of: [answer(1, ["[1]"]), Array("{}".utf8)]) == nil)
    }

    @Test("shares add up to the count, however the texts are cut", arguments: [1, 2, 3, 4])
    func shares(seed: UInt64) throws {
        let random = SeededRandom(seed: seed)
        for _ in 0..<50 {
            let count = 1 + Int(random.next(below: 40))
            let texts = (0..<count).map { _ in
                "\"" + String(repeating: "x", count: Int(random.next(below: 90))) + "\""
            }
            let tokens = Int(random.next(below: 1 << 40))
            let batch = try #require(self.batch("[\(texts.joined(separator: ","))]"))
            let whole = answer(tokens, texts.map { _ in "[0]" })
            let parts = try #require(batch.parts(of: whole, to: Array(0..<count)))
            let sum = try parts.reduce(0) {
                $0 + (try JSONDocument($1).root["usage"]?["prompt_tokens"]?.integer ?? -1)
            }
            #expect(sum == Int64(tokens), "seed \(seed)")
        }
    }
}
