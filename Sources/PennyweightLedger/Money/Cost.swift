/// What something cost, as far as it is known. No code path turns `unknown` into a number.
public enum Cost: Sendable, Hashable, CustomStringConvertible {
    /// The provider reported the usage and every unit has a price.
    case exact(Money)
    /// The true amount lies between two bounds; budgets charge the upper one.
    case estimated(lower: Money, upper: Money, reason: String)
    /// It can't be bounded: no price, or no usage.
    case unknown(reason: String)

    /// Nothing: the cost of an answer from the cache, or of an attempt that the provider refused.
    public static let nothing = Cost.exact(.zero)

    /// The amount if it is exact, else nil.
    public var exactAmount: Money? {
        if case .exact(let amount) = self { amount } else { nil }
    }

    /// The most that it can have cost; nil if unknown.
    public var upperBound: Money? {
        switch self {
        case .exact(let amount): amount
        case .estimated(_, let upper, _): upper
        case .unknown: nil
        }
    }

    /// `exact`, `estimated` or `unknown`: the text of the header `x-pennyweight-cost-status` and of the
    /// ledger.
    public var status: String {
        switch self {
        case .exact: "exact"
        case .estimated: "estimated"
        case .unknown: "unknown"
        }
    }

    /// `$0.000165`, `$0..$0.01 (the stream was cut)`, or `unknown (no price)`.
    public var description: String {
        switch self {
        case .exact(let amount): amount.description
        case .estimated(let lower, let upper, let reason): "\(lower)..\(upper) (\(reason))"
        case .unknown(let reason): "unknown (\(reason))"
        }
    }
}
