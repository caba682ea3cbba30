internal import PennyweightLedger

extension Cost {
    /// What one of several inputs cost that cost this together: between nothing and all of it.
    func share(of count: Int) -> Cost {
        guard count > 1, self != .nothing, let upper = upperBound else { return self }
        return .estimated(lower: .zero, upper: upper, reason: "one of \(count) inputs of a request")
    }

    /// Costs added up; unknown if one is, or if the sum is out of range.
    static func sum(_ costs: [Cost]) -> Cost {
        var (lower, upper) = (MoneyTotal.zero, MoneyTotal.zero)
        var reason: String?
        for cost in costs {
            switch cost {
            case .exact(let amount):
                lower += MoneyTotal(amount)
                upper += MoneyTotal(amount)
            case .estimated(let least, let most, let why):
                lower += MoneyTotal(least)
                upper += MoneyTotal(most)
                reason = why
            case .unknown: return cost
            }
        }
        guard let least = Int64(exactly: lower.picos), let most = Int64(exactly: upper.picos) else {
            return .unknown(reason: "the sum is out of range")
        }
        guard let reason else { return .exact(Money(picos: most)) }
        return .estimated(lower: Money(picos: least), upper: Money(picos: most), reason: reason)
    }
}
