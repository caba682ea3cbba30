/// The sum of many amounts, in pico-dollars of 128 bits: it can't overflow with any number of lines that
/// fit a disk.
public struct MoneyTotal: Sendable, Hashable, Comparable, CustomStringConvertible {
    public var picos: Int128

    public static let zero = MoneyTotal(picos: 0)

    public init(picos: Int128) {
        self.picos = picos
    }

    public init(_ money: Money) {
        picos = Int128(money.picos)
    }

    /// Dollars as exact decimal text, without trailing zeros.
    public var text: String { DecimalText.text(picos, decimals: 12) }

    /// The text with a dollar sign.
    public var description: String { picos < 0 ? "-$\(text.dropFirst())" : "$\(text)" }

    public static func + (left: MoneyTotal, right: MoneyTotal) -> MoneyTotal {
        MoneyTotal(picos: left.picos + right.picos)
    }

    public static func += (left: inout MoneyTotal, right: MoneyTotal) {
        left = left + right
    }

    public static func < (left: MoneyTotal, right: MoneyTotal) -> Bool {
        left.picos < right.picos
    }
}
