#if Gateway
import HTTPTypes
import PennyweightJSON
import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightSQLite
import PennyweightTesting
import Testing

@testable import PennyweightGateway

/// Answers to similar questions and feedback on them, with the simulated provider's own vectors.
@Suite("Semantic look-up, over loopback", .timeLimit(.minutes(5)))
struct SemanticGatewayTests {
    private static let question = "What is the tallest mountain that people climb every single year"
    private static let similar = "what is the tallest mountain that people climb every single year?"

    private func field(_ name: String, _ answer: KeyedGateway.Answer) -> String? {
        HTTPField.Name(name).flatMap { answer.headers[$0] }
    }

    private func feedback(
        _ gateway: KeyedGateway, _ id: String, _ body: String, key: String?
    ) async throws -> KeyedGateway.Answer {
        try await gateway.send(.post, "/v1/cache/\(id)/feedback", key: key, body: body)
    }

    @Test("the simulated provider's vectors are close for texts of much the same words")
    func simulatedVectors() async throws {
        try await KeyedGateway.run { gateway in
            let texts = [
                Self.question, Self.similar, "Name the tallest mountain that people climb every single year",
                "How do I bake bread without an oven",
            ]
            let input = JSONValue.array(texts.map { .text($0) })
            let answer = try await gateway.send(
                .post, "/v1/embeddings",
                body:
                    #"{"model":"text-embedding-3-small","input":\#(String(decoding: input.bytes, as: UTF8.self))}"#
            )
            let vectors = try answer.data.map { element in
                let numbers = (element["embedding"]?.elements ?? []).compactMap {
                    Float(String(decoding: $0.source, as: UTF8.self))
                }
                return try #require(UnitVector(of: numbers))
            }
            #expect(vectors[0].cosine(to: vectors[1]) > 0.98)
            #expect((0.5..<0.97).contains(vectors[0].cosine(to: vectors[2])))
            #expect(vectors[0].cosine(to: vectors[3]) < 0.3)
            #expect(vectors[0] != vectors[1])
        }
    }

    @Test("a hit is labelled, free, and the ledger is the bill, the calls for vectors included")
    func hit() async throws {
        try await KeyedGateway.run(semantic: SemanticPolicy()) { gateway in
            let first = try await gateway.chat(nil, Self.question)
            #expect(field("x-pennyweight-semantic-hit", first) == nil)
            let second = try await gateway.chat(nil, Self.similar)
            let status = field("cache-status", second) ?? ""
            #expect(status.hasPrefix("Pennyweight; hit; ttl=86"))
            #expect(status.contains("; detail=semantic; similarity=0.9"), "\(status)")
            #expect(second.text == first.text)
            #expect(field("x-pennyweight-cost", second) == "0")
            #expect(field("x-pennyweight-saved", second) == field("x-pennyweight-cost", first))
            #expect(field("x-pennyweight-recording", second) == field("x-pennyweight-recording", first))
            #expect(field("x-pennyweight-cache-key", second) != field("x-pennyweight-cache-key", first))
            #expect(
                field("x-pennyweight-semantic-hit", second)
                    == field("x-request-id", second).map { "hit_\($0)" })
            #expect(gateway.provider.charges.count == 3)
            let total = try await gateway.ledger.report(ReportQuery(by: .model)).total
            #expect(total.attempts == 3 && total.hits == 1)
            #expect(MoneyTotal(picos: total.charged.picos) == gateway.provider.billed)
            #expect(try await gateway.cache.statistics().tiers.last?.vectors == 1)
        }
    }

    @Test("feedback by the key whose account asked, or the admin key, once, and nobody else")
    func feedback() async throws {
        try await KeyedGateway.run(semantic: SemanticPolicy()) { gateway in
            let (_, acme) = try await gateway.key("acme")
            let (_, other) = try await gateway.key("other")
            _ = try await gateway.chat(acme, Self.question)
            let answer = try await gateway.chat(acme, Self.similar)
            let hit = try #require(field("x-pennyweight-semantic-hit", answer))
            let entry = try #require(field("x-pennyweight-recording", answer))
            let wrong = #"{"correct":false}"#
            #expect(try await feedback(gateway, hit, wrong, key: nil).status == 401)
            #expect(try await feedback(gateway, hit, wrong, key: other).status == 404)
            #expect(try await feedback(gateway, entry, wrong, key: acme).status == 400)
            #expect(try await feedback(gateway, "nonsense", wrong, key: acme).status == 404)
            for body in ["", "[]", "{}", #"{"correct":1}"#, #"{"correct":true,"more":1}"#] {
                #expect(try await feedback(gateway, hit, body, key: acme).status == 400, "\(body)")
            }
            let first = try await feedback(
                gateway, entry, #"{"correct":false,"hit":"\#(hit)"}"#, key: acme)
            #expect(first.status == 200, "\(first.text)")
            #expect(first.root?["counted"]?.bool == true && first.root?["correct"]?.bool == false)
            let second = try await feedback(gateway, hit, #"{"correct":true}"#, key: KeyedGateway.adminKey)
            #expect(second.root?["counted"]?.bool == false && second.root?["correct"]?.bool == false)
            // One wrong answer closes the neighbourhood of the entry.
            let next = try await gateway.chat(acme, Self.similar)
            #expect(field("cache-status", next)?.contains("detail=semantic-unproven") == true)
            #expect(try await gateway.chat(other, Self.similar).status == 200)
        }
    }

    @Test("without semantic look-up there is nothing to judge")
    func off() async throws {
        try await KeyedGateway.run { gateway in
            let answer = try await feedback(
                gateway, "hit_0190a000-0000-7000-8000-000000000001", #"{"correct":true}"#,
                key: KeyedGateway.adminKey)
            #expect(answer.status == 404)
            #expect(try await gateway.send(.get, "/v1/cache/x/feedback").status == 405)
        }
    }
}
#endif
