/// What can be said of an error rate after so many answers, of which so many were wrong.
///
/// The one-sided bound of Clopper and Pearson ("The use of confidence or fiducial limits illustrated in the
/// case of the binomial", Biometrika 26, 1934): the largest rate at which as few wrong answers as were seen
/// would still be seen with a probability of 1 − confidence. It is exact: the true rate is above it in at
/// most 1 − confidence of all cases, for a number of answers that is fixed beforehand.
public enum BinomialBound {
    /// The upper bound of the error rate; 1 without answers, or if all were wrong.
    public static func upper(wrong: Int, of count: Int, confidence: Double) -> Double {
        guard count > 0, wrong < count else { return 1 }
        var (low, high) = (Double(wrong) / Double(count), 1.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if atMost(wrong, of: count, rate: middle) > 1 - confidence { low = middle } else { high = middle }
        }
        return high
    }

    /// True if the upper bound is at most a rate. Costs one look instead of sixty.
    public static func isProven(wrong: Int, of count: Int, below rate: Double, confidence: Double) -> Bool {
        guard count > 0, wrong < count, rate > 0 else { return false }
        return rate >= 1 || atMost(wrong, of: count, rate: rate) <= 1 - confidence
    }

    /// How many right answers, and none wrong, prove a rate: the least n with (1 − rate)ⁿ ≤ 1 − confidence.
    public static func proof(of rate: Double, confidence: Double) -> Int {
        guard rate > 0, rate < 1 else { return rate >= 1 ? 1 : .max }
        var (count, chance) = (0, 1.0)
        while chance > 1 - confidence, count < 1_000_000 {
            chance *= 1 - rate
            count += 1
        }
        return count
    }

    /// The probability of at most so many wrong ones.
    ///
    /// As the share of the terms up to `wrong` in all of them, each by its ratio to the one at `wrong`: no
    /// power or factorial is ever so small that it is lost.
    private static func atMost(_ wrong: Int, of count: Int, rate: Double) -> Double {
        guard rate < 1 else { return 0 }
        let odds = rate / (1 - rate)
        var (below, term) = (1.0, 1.0)
        for index in stride(from: wrong, to: 0, by: -1) {
            term *= Double(index) / (Double(count - index + 1) * odds)
            below += term
            if term < below * 1e-17 { break }
        }
        var above = 0.0
        term = 1
        for index in wrong..<count {
            term *= Double(count - index) / Double(index + 1) * odds
            above += term
            // Past the peak, what follows is less than what is lost anyway.
            if term < above * 1e-17, Double(index) > Double(count) * rate { break }
        }
        guard above.isFinite else { return 0 }
        return below / (below + above)
    }
}
