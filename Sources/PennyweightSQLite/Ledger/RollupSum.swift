internal import PennyweightLedger

/// Rows of totals added up, so that others can be taken from them again.
///
/// Counts of tokens come from outside, and end at the largest `Int64`. Here they are wider: the difference
/// of two sums that have both ended there would be nothing.
struct RollupSum: Hashable {
    private(set) var totals = Totals()
    private var tokens = Tokens()

    private struct Tokens: Hashable {
        var input: Int128 = 0
        var cachedInput: Int128 = 0
        var output: Int128 = 0
        var reasoning: Int128 = 0
    }

    /// Adds a row but for its histograms, which are merged into the totals themselves.
    mutating func add(_ row: Totals, _ addHistograms: (inout Totals) throws -> Void) rethrows {
        totals += row
        try addHistograms(&totals)
        tokens.input += Int128(row.input)
        tokens.cachedInput += Int128(row.cachedInput)
        tokens.output += Int128(row.output)
        tokens.reasoning += Int128(row.reasoning)
    }

    /// Takes away what was added before.
    mutating func subtract(_ other: RollupSum) {
        totals.subtract(other.totals)
        tokens.input -= other.tokens.input
        tokens.cachedInput -= other.tokens.cachedInput
        tokens.output -= other.tokens.output
        tokens.reasoning -= other.tokens.reasoning
        totals.input = Int64(clamping: tokens.input)
        totals.cachedInput = Int64(clamping: tokens.cachedInput)
        totals.output = Int64(clamping: tokens.output)
        totals.reasoning = Int64(clamping: tokens.reasoning)
    }
}
