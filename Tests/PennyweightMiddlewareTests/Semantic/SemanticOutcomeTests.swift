import HTTPTypes
import PennyweightMiddleware
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("A semantic hit says that it is one")
struct SemanticOutcomeTests {
    private let make = EntryMaker()

    private func match(_ similarity: Double) -> SemanticMatch {
        SemanticMatch(hit: make.id(1), entry: make.id(2), similarity: similarity)
    }

    @Test("the similarity is never said to be more than it is, and is at most 1")
    func rounding() {
        let texts = [0.98, 0.9799999, 0.9876, 1, 1.0000001, 0, -0.5, 0.005].map { match($0).similarityText }
        #expect(texts == ["0.980", "0.979", "0.987", "1.000", "1.000", "0.000", "0.000", "0.005"])
    }

    @Test("in the header and as a label")
    func header() {
        var outcome = CacheOutcome(.hit, remaining: .seconds(5), wasForwarded: false)
        #expect(outcome.label == "hit")
        outcome.detail = "semantic"
        outcome.semantic = match(0.975)
        #expect(outcome.headerValue == "Pennyweight; hit; ttl=5; detail=semantic; similarity=0.975")
        #expect(outcome.label == "semantic")
    }

    @Test("callers choose by the match, and a similarity that can't be read is refused")
    func wishes() throws {
        func wishes(_ name: String, _ value: String) throws -> CacheWishes {
            try CacheWishes([.init(name)!: value])
        }
        #expect(try wishes("x-pennyweight-replay-match", "Semantic").usesSimilar == true)
        #expect(try wishes("x-pennyweight-replay-match", "Semantic").match == .standard)
        #expect(try wishes("x-pennyweight-replay-match", "standard").usesSimilar == false)
        #expect(try wishes("x-pennyweight-cache-similarity", "0.985").similarity == 0.985)
        #expect(try wishes("x-pennyweight-cache-ttl", "5").usesSimilar == nil)
        for text in ["x", "1.1", "-0.5", "nan", "inf", "1e-1", "0,9", "0x1"] {
            #expect(throws: (any Error).self) { try wishes("x-pennyweight-cache-similarity", text) }
        }
    }
}
