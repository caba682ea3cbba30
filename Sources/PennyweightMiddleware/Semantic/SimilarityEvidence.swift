/// What is known of the answers that an entry, or a partition, gave to similar questions: how many were
/// right and how many wrong, by how similar the questions were.
public struct SimilarityEvidence: Sendable, Hashable {
    /// How many bands of similarity there are. The last one takes all that is less similar.
    public static let bandCount = 40
    /// How wide a band is, as a difference of cosines.
    public static let bandWidth = 0.005
    /// The most answers that one band remembers: beyond, both counts are halved, so that what is old weighs
    /// less.
    public static let limit = 10_000

    /// Right and wrong answers.
    public struct Counts: Sendable, Hashable {
        public var right: Int
        public var wrong: Int

        public init(right: Int = 0, wrong: Int = 0) {
            self.right = right
            self.wrong = wrong
        }

        /// Counts one more.
        public mutating func add(isCorrect: Bool) {
            if isCorrect { right += 1 } else { wrong += 1 }
            guard right + wrong > SimilarityEvidence.limit else { return }
            right /= 2
            wrong = (wrong + 1) / 2
        }
    }

    /// By band; 0 is the most similar one.
    public var bands: [Int: Counts]

    public init(bands: [Int: Counts] = [:]) {
        self.bands = bands
    }

    /// The band of a similarity.
    public static func band(of similarity: Double) -> Int {
        guard similarity < 1 else { return 0 }
        // Rounding must not put a cosine into a better band than its own.
        return min(max(Int((1 - similarity) / bandWidth + 1e-6), 0), bandCount - 1)
    }

    /// What counts for a question in a band: right answers to questions that were no more similar, and all
    /// wrong ones.
    ///
    /// Errors get rarer as questions get more alike. A right answer to a question further away therefore
    /// says at least as much of this one, and one to a nearer question says nothing of it; a wrong answer to
    /// a nearer one says more.
    public func counts(for band: Int) -> Counts {
        bands.reduce(into: Counts()) { sum, known in
            if known.key >= band { sum.right += known.value.right }
            sum.wrong += known.value.wrong
        }
    }
}
