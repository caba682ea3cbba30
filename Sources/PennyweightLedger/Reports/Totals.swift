/// Sums over lines. Money that is estimated or unknown is never part of `charged`.
public struct Totals: Sendable, Hashable {
    /// Calls: each attempted one once, with its first attempt, and each that was answered without one.
    public var calls: Int64 = 0
    /// What went upstream.
    public var attempts: Int64 = 0
    /// Of `calls`: answered without an attempt.
    public var hits: Int64 = 0
    /// Of `attempts`: those whose cost is unknown.
    public var unknown: Int64 = 0
    /// Tokens of attempts as reported; hits are not in them. Counts saturate.
    public var input: Int64 = 0
    public var cachedInput: Int64 = 0
    public var output: Int64 = 0
    public var reasoning: Int64 = 0
    /// The sum of exact lines and corrections.
    public var charged = MoneyTotal.zero
    /// What hits, and parts of answers that were stored, would have cost, as far as it is exactly known.
    public var avoided = MoneyTotal.zero
    /// The sums of the lower and upper bounds of estimated lines.
    public var estimatedLower = MoneyTotal.zero
    public var estimatedUpper = MoneyTotal.zero
    /// What was held for attempts whose cost is unknown: what budgets charge for them.
    public var unknownHeld = MoneyTotal.zero
    /// From the opening of attempts to their settlement.
    public var latency = Histogram()
    /// From the opening of attempts to the first generated token.
    public var firstToken = Histogram()

    public init() {}

    public static func += (left: inout Totals, right: Totals) {
        left.calls += right.calls
        left.attempts += right.attempts
        left.hits += right.hits
        left.unknown += right.unknown
        left.input = saturated(left.input, right.input)
        left.cachedInput = saturated(left.cachedInput, right.cachedInput)
        left.output = saturated(left.output, right.output)
        left.reasoning = saturated(left.reasoning, right.reasoning)
        left.charged += right.charged
        left.avoided += right.avoided
        left.estimatedLower += right.estimatedLower
        left.estimatedUpper += right.estimatedUpper
        left.unknownHeld += right.unknownHeld
        left.latency.merge(right.latency)
        left.firstToken.merge(right.firstToken)
    }

    /// Takes away what was added before.
    public mutating func subtract(_ other: Totals) {
        calls -= other.calls
        attempts -= other.attempts
        hits -= other.hits
        unknown -= other.unknown
        input -= other.input
        cachedInput -= other.cachedInput
        output -= other.output
        reasoning -= other.reasoning
        charged.picos -= other.charged.picos
        avoided.picos -= other.avoided.picos
        estimatedLower.picos -= other.estimatedLower.picos
        estimatedUpper.picos -= other.estimatedUpper.picos
        unknownHeld.picos -= other.unknownHeld.picos
        latency.subtract(other.latency)
        firstToken.subtract(other.firstToken)
    }

    /// What budgets charge: exact lines, upper bounds, and what was held for unknown ones.
    public var budgeted: MoneyTotal { charged + estimatedUpper + unknownHeld }

    /// Counts come from outside, and can be anything.
    static func saturated(_ total: Int64, _ count: Int64) -> Int64 {
        Int64(clamping: Int128(total) + Int128(count))
    }
}
