/// An amount of US dollars in whole pico-dollars (10⁻¹² USD).
///
/// A price with up to six decimals per million tokens is a whole number of picos per token, so that cost
/// is count times unit price, exactly. One amount reaches from −9.2 to 9.2 million USD; what lies beyond
/// is an error, never a wrap. No floating-point number touches it. Sums of many lines are a
/// ``MoneyTotal``.
public struct Money: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let picos: Int64

    public static let zero = Money(picos: 0)
    /// Pico-dollars in one dollar.
    public static let picosPerDollar: Int64 = 1_000_000_000_000

    public init(picos: Int64) {
        self.picos = picos
    }

    /// Reads exact decimal text in dollars: `0.000165`, `12`, `-3.5`.
    ///
    /// Nil for anything else: an exponent, more than twelve decimals that are not zero, or an amount out
    /// of range.
    public init?(usd text: some StringProtocol) {
        guard let picos = DecimalText.scaled(text, decimals: 12) else { return nil }
        self.init(picos: picos)
    }

    /// Dollars as exact decimal text, without trailing zeros: `0.000165`, `0`.
    public var text: String { DecimalText.text(Int128(picos), decimals: 12) }

    /// The text with a dollar sign: `$0.000165`, `-$2`.
    public var description: String { picos < 0 ? "-$\(text.dropFirst())" : "$\(text)" }

    /// The sum. Throws ``MoneyOverflow`` if it doesn't fit one amount.
    public func adding(_ other: Money) throws -> Money {
        let (sum, overflow) = picos.addingReportingOverflow(other.picos)
        if overflow { throw MoneyOverflow() }
        return Money(picos: sum)
    }

    /// `count` times this amount. Throws ``MoneyOverflow`` if it doesn't fit one amount.
    public func times(_ count: Int64) throws -> Money {
        let (product, overflow) = picos.multipliedReportingOverflow(by: count)
        if overflow { throw MoneyOverflow() }
        return Money(picos: product)
    }

    public static func < (left: Money, right: Money) -> Bool {
        left.picos < right.picos
    }
}

/// An amount beyond what one ledger line can hold (9.2 million USD).
public struct MoneyOverflow: Error, CustomStringConvertible {
    public init() {}
    public var description: String {
        "The amount is beyond 9.2 million USD, the most that one line can hold."
    }
}
