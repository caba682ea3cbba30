#if Gateway
import HTTPTypes
import PennyweightJSON
import PennyweightLedger
import PennyweightMiddleware
import PennyweightSQLite
import PennyweightTesting
import Testing

@testable import PennyweightGateway

@Suite("Embeddings are cached text by text", .timeLimit(.minutes(5)))
struct EmbeddingsCacheTests {
    private func embed(
        _ gateway: KeyedGateway, _ input: String, more: String = ""
    ) async throws -> KeyedGateway.Answer {
        try await gateway.send(
            .post, "/v1/embeddings",
            body: #"{"model":"text-embedding-3-small","dimensions":4,"input":\#(input)\#(more)}"#)
    }

    private func vectors(_ answer: KeyedGateway.Answer) -> [String] {
        answer.data.map { String(decoding: $0["embedding"]!.source, as: UTF8.self) }
    }

    private func status(_ answer: KeyedGateway.Answer) -> String? {
        answer.headers[HTTPField.Name("cache-status")!]
    }

    @Test("a batch with one new text sends only that text, and is put together in order")
    func onlyWhatIsNew() async throws {
        try await KeyedGateway.run { gateway in
            let first = try await embed(gateway, #"["one","two three"]"#)
            #expect(first.status == 200 && vectors(first).count == 2)
            let second = try await embed(gateway, #"["two three","four","one","four"]"#)
            #expect(second.status == 200, "\(second.text)")
            #expect(second.data.map { $0["index"]?.integer } == [0, 1, 2, 3])
            #expect(vectors(second)[0] == vectors(first)[1] && vectors(second)[2] == vectors(first)[0])
            #expect(vectors(second)[1] == vectors(second)[3])
            #expect(status(second)?.contains("detail=inputs-stored=3/4") == true, "\(status(second) ?? "")")
            let alone = try await embed(gateway, #""four""#)
            #expect(vectors(alone) == [vectors(second)[1]])
            #expect(status(alone)?.contains("hit") == true)
            let again = try await embed(gateway, #"["four","one"]"#)
            #expect(status(again)?.hasPrefix("Pennyweight; hit") == true, "\(status(again) ?? "")")
            #expect(vectors(again) == [vectors(second)[1], vectors(first)[0]])
            // What was billed: two texts, and then one.
            let billed = gateway.provider.charges.map { $0.usage.tokens?.input }
            #expect(billed.count == 2 && billed[1]! < billed[0]!)
            let total = try await gateway.ledger.report(ReportQuery(by: .model)).total
            #expect(total.attempts == 2 && total.hits == 2)
            #expect(MoneyTotal(picos: total.charged.picos) == gateway.provider.billed)
        }
    }

    @Test("the token counts of a whole that is stored are those that were reported for it")
    func counts() async throws {
        try await KeyedGateway.run { gateway in
            let input = #"["a first text","another one, a longer one","x"]"#
            let first = try await embed(gateway, input)
            let second = try await embed(gateway, input)
            #expect(
                first.root?["usage"]?["total_tokens"]?.integer
                    == second.root?["usage"]?["total_tokens"]?.integer)
            #expect(vectors(first) == vectors(second))
            #expect(gateway.provider.charges.count == 1)
        }
    }

    @Test("other dimensions, models and accounts are other answers")
    func parted() async throws {
        try await KeyedGateway.run { gateway in
            _ = try await embed(gateway, #"["one"]"#)
            _ = try await embed(gateway, #"["one"]"#, more: #","encoding_format":"base64""#)
            _ = try await gateway.send(
                .post, "/v1/embeddings", account: "other",
                body: #"{"model":"text-embedding-3-small","dimensions":4,"input":["one"]}"#)
            #expect(gateway.provider.charges.count == 3)
        }
    }

    @Test("a refusal is passed on, and nothing is kept of it")
    func refusals() async throws {
        try await KeyedGateway.run { gateway in
            let refused = try await embed(gateway, #"["one"]"#, more: #","x-simulate":"500-twice""#)
            #expect(refused.status >= 500)
            #expect(gateway.provider.charges.isEmpty)
        }
    }
}
#endif
