import PennyweightJSON
import PennyweightMiddleware
import Testing

@testable import PennyweightOpenAI

/// Fold and unfold of chats, for generated streams.
@Suite struct GeneratedStreamTests {
    private func fold(_ pieces: [[UInt8]]) -> [UInt8]? {
        var folding = ChatFolding()
        for piece in pieces { folding.consume(piece) }
        return folding.finish()?.body
    }

    /// The answer with its members in order, so that only what it says is compared.
    private func canonical(_ body: [UInt8]?) throws -> String {
        String(decoding: try CanonicalForm(of: plain(try #require(body))).bytes, as: UTF8.self)
    }

    /// Half surrogate pairs have no canonical form: they are written out.
    private func plain(_ body: [UInt8]) -> [UInt8] {
        String(decoding: body, as: UTF8.self).replacing("\\ud800", with: "<half>").bytes
    }

    @Test("a stream of interleaved choices and calls folds into the answer", arguments: UInt64(1)...30)
    func folds(seed: UInt64) throws {
        let completions = Completions(seed: seed)
        let streams = RandomStream(seed: seed)
        for _ in 0..<6 {
            let answer = completed(completions.next())
            let stream = streams.chat(answer)
            let folded = fold([stream])
            let (said, meant) = try (canonical(folded), canonical(answer.bytes))
            #expect(said == meant, "seed \(seed): \(said) \(meant)")
            let again = try fold([ChatUnfolding(try #require(folded)).bytes])
            #expect(again == folded, "seed \(seed): unfold after fold")
        }
    }

    /// What every folded message has.
    private func completed(_ answer: JSONValue) -> JSONValue {
        var answer = answer
        guard case .array(let choices) = answer["choices"] else { return answer }
        answer["choices"] = .array(
            choices.map { choice in
                var choice = choice
                if choice["message"]?["content"] == .null { choice["message"]?["content"] = .text("") }
                return choice
            })
        return answer
    }

    @Test("a stream folds alike at every split point", arguments: UInt64(1)...4)
    func everySplit(seed: UInt64) throws {
        let stream = RandomStream(seed: seed).chat(completed(Completions(seed: seed + 100).next()))
        let whole = try #require(fold([stream]))
        let step = max(1, stream.count / 500)
        for place in stride(from: 0, through: stream.count, by: step) {
            #expect(
                fold([Array(stream[..<place]), Array(stream[place...])]) == whole, "seed \(seed), at \(place)"
            )
        }
        #expect(fold(Splits.single(stream)) == whole)
    }
}
