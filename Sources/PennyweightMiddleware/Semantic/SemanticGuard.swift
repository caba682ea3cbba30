/// Decides whether an answer to a similar question may be served: only as long as the error rate is proven to
/// be bounded.
///
/// An entry's neighbourhood is the entry and a band of similarity. Being above the threshold is worth as many
/// right answers as would prove the bound by themselves (``BinomialBound/proof(of:confidence:)``, 149 for 2 %
/// at 95 %); feedback adds to them. So with no feedback the threshold alone decides, and one wrong answer
/// closes the neighbourhood until right ones outweigh it. With ``SemanticPolicy/requiresFeedback`` the
/// threshold's worth has to be earned first: the partition's own evidence must prove the bound without it.
public struct SemanticGuard: Sendable, Hashable {
    private let maximumErrorRate: Double
    private let confidence: Double
    private let requiresFeedback: Bool
    private let worth: Int

    public init(_ policy: SemanticPolicy) {
        maximumErrorRate = policy.maximumErrorRate
        confidence = policy.confidence
        requiresFeedback = policy.requiresFeedback
        worth = BinomialBound.proof(of: policy.maximumErrorRate, confidence: policy.confidence)
    }

    /// True if an answer may be served to a question of this similarity, by what is known of the entry, and
    /// of all entries of its partition.
    public func allows(
        similarity: Double, entry: SimilarityEvidence, partition: SimilarityEvidence
    ) -> Bool {
        let band = SimilarityEvidence.band(of: similarity)
        if requiresFeedback, !isProven(partition.counts(for: band), worth: 0) { return false }
        return isProven(entry.counts(for: band), worth: worth)
    }

    private func isProven(_ counts: SimilarityEvidence.Counts, worth: Int) -> Bool {
        BinomialBound.isProven(
            wrong: counts.wrong, of: counts.right + counts.wrong + worth, below: maximumErrorRate,
            confidence: confidence)
    }
}
