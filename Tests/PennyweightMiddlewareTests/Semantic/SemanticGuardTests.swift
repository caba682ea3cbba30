import PennyweightMiddleware
import Testing

@Suite("The guard of semantic hits")
struct SemanticGuardTests {
    private typealias Counts = SimilarityEvidence.Counts

    /// One-sided upper bounds of Clopper and Pearson, as tables have them: with x = 0 the bound is
    /// 1 − α^(1/n), and two-sided 95 % intervals have the one-sided 97.5 % bounds as their upper ends.
    @Test(
        "the bound is that of published tables",
        arguments: [
            (0, 10, 0.95, 0.25887), (0, 59, 0.95, 0.04950), (0, 149, 0.95, 0.01991), (1, 10, 0.95, 0.39416),
            (5, 10, 0.95, 0.77756), (0, 10, 0.975, 0.30850), (1, 10, 0.975, 0.44502),
            (2, 10, 0.975, 0.55610), (5, 10, 0.975, 0.81291), (9, 10, 0.975, 0.99747),
            (1, 100, 0.975, 0.05446), (10, 100, 0.975, 0.17622), (50, 100, 0.975, 0.60168),
        ])
    func table(wrong: Int, count: Int, confidence: Double, expected: Double) {
        let bound = BinomialBound.upper(wrong: wrong, of: count, confidence: confidence)
        #expect(abs(bound - expected) < 2e-5, "\(bound)")
        #expect(
            BinomialBound.isProven(wrong: wrong, of: count, below: expected + 3e-5, confidence: confidence))
        #expect(
            !BinomialBound.isProven(wrong: wrong, of: count, below: expected - 3e-5, confidence: confidence))
    }

    @Test("nothing is proven by nothing, nor by wrong answers alone")
    func edges() {
        #expect(BinomialBound.upper(wrong: 0, of: 0, confidence: 0.95) == 1)
        #expect(BinomialBound.upper(wrong: 3, of: 3, confidence: 0.95) == 1)
        #expect(!BinomialBound.isProven(wrong: 0, of: 0, below: 0.5, confidence: 0.95))
        #expect(BinomialBound.proof(of: 0.02, confidence: 0.95) == 149)
        #expect(BinomialBound.proof(of: 0.05, confidence: 0.95) == 59)
        #expect(BinomialBound.proof(of: 0.5, confidence: 0.5) == 1)
    }

    @Test("large counts lose nothing: the bound falls with right answers and rises with wrong ones")
    func monotonic() {
        for wrong in [0, 1, 10, 100, 1_000] {
            var last = 1.0
            for count in [wrong + 1, wrong + 10, 2_000, 5_000, 10_149] where count > wrong {
                let bound = BinomialBound.upper(wrong: wrong, of: count, confidence: 0.95)
                #expect(bound < last && bound > Double(wrong) / Double(count))
                #expect(BinomialBound.upper(wrong: wrong + 1, of: count, confidence: 0.95) >= bound)
                last = bound
            }
        }
    }

    @Test("without feedback the threshold decides; one wrong answer closes, right ones open again")
    func learns() {
        let judge = SemanticGuard(SemanticPolicy())
        func allows(_ right: Int, _ wrong: Int) -> Bool {
            judge.allows(
                similarity: 0.98, entry: SimilarityEvidence(bands: [4: Counts(right: right, wrong: wrong)]),
                partition: SimilarityEvidence())
        }
        #expect(allows(0, 0) && allows(1, 0) && allows(100, 0))
        #expect(!allows(0, 1) && !allows(85, 1) && allows(86, 1))
        #expect(!allows(86, 2) && !allows(0, 100))
    }

    @Test("wrong answers count for all similarities, right ones only for nearer questions")
    func bands() {
        #expect(SimilarityEvidence.band(of: 1) == 0 && SimilarityEvidence.band(of: 1.0000001) == 0)
        #expect(SimilarityEvidence.band(of: 0.9951) == 0 && SimilarityEvidence.band(of: 0.9949) == 1)
        #expect(SimilarityEvidence.band(of: 0.97) == 6 && SimilarityEvidence.band(of: -1) == 39)
        let evidence = SimilarityEvidence(bands: [
            2: Counts(right: 5, wrong: 1), 6: Counts(right: 7, wrong: 2),
        ])
        #expect(evidence.counts(for: 2) == Counts(right: 12, wrong: 3))
        #expect(evidence.counts(for: 3) == Counts(right: 7, wrong: 3))
        #expect(evidence.counts(for: 7) == Counts(right: 0, wrong: 3))
    }

    @Test("where feedback is required nothing is served until the partition's own proves the bound")
    func requiresFeedback() {
        var policy = SemanticPolicy()
        policy.requiresFeedback = true
        let judge = SemanticGuard(policy)
        func allows(_ right: Int, _ wrong: Int, entry: Counts = Counts()) -> Bool {
            judge.allows(
                similarity: 0.98, entry: SimilarityEvidence(bands: [4: entry]),
                partition: SimilarityEvidence(bands: [4: Counts(right: right, wrong: wrong)]))
        }
        #expect(!allows(0, 0) && !allows(148, 0) && allows(149, 0))
        #expect(!allows(149, 1) && allows(400, 1))
        #expect(!allows(400, 0, entry: Counts(right: 0, wrong: 1)))
    }

    @Test("counts are bounded, and old ones weigh less")
    func bounded() {
        var counts = Counts(right: 9_000, wrong: 999)
        for _ in 0..<2 { counts.add(isCorrect: true) }
        #expect(counts == Counts(right: 4_501, wrong: 500))
    }
}
