/// An amount of US dollars as a provider's export writes it, in whole 10⁻²⁴ dollars.
///
/// Exports print sums with up to thirty decimals, far below what ``Money`` counts. One amount reaches to 170
/// trillion dollars; what comes from the ledger saturates there. No floating-point number touches it.
public struct InvoiceAmount: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Dollars times 10²⁴.
    public let yoctos: Int128

    public static let zero = InvoiceAmount(yoctos: 0)
    static let decimals = 24

    public init(yoctos: Int128) {
        self.yoctos = yoctos
    }

    /// The same amount as the ledger counts it.
    public init(_ total: MoneyTotal) {
        let (scaled, overflow) = total.picos.multipliedReportingOverflow(by: 1_000_000_000_000)
        yoctos = overflow ? (total.picos < 0 ? .min : .max) : scaled
    }

    /// Reads exact decimal text, with an exponent if it has one: `0.06`, `1.5e-05`, `0.0038359800000000`.
    ///
    /// Nil for anything else, for more than 24 decimals that are not zero, and for an amount out of range.
    public init?(decimal text: some StringProtocol) {
        var rest = Array(text.utf8)[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest.removeFirst() }
        let mantissa = rest.prefix { $0 != UInt8(ascii: "e") && $0 != UInt8(ascii: "E") }
        guard let exponent = InvoiceAmount.exponent(rest.dropFirst(mantissa.count)) else { return nil }
        let parts = mantissa.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty, parts.count <= 2, parts.count == 1 || !parts[1].isEmpty
        else { return nil }
        var digits = Array(whole) + (parts.count == 2 ? Array(parts[1]) : [])
        var missing = InvoiceAmount.decimals + exponent - (parts.count == 2 ? parts[1].count : 0)
        while missing < 0, digits.last == UInt8(ascii: "0") {
            digits.removeLast()
            missing += 1
        }
        if digits.isEmpty { missing = 0 }
        guard missing >= 0, digits.count + missing <= 200 else { return nil }
        digits += Array(repeating: UInt8(ascii: "0"), count: missing)
        guard let magnitude = InvoiceAmount.whole(digits) else { return nil }
        yoctos = isNegative ? -magnitude : magnitude
    }

    /// Dollars as exact decimal text, without trailing zeros.
    public var text: String { DecimalText.text(yoctos, decimals: InvoiceAmount.decimals) }

    /// The text with a dollar sign.
    public var description: String { yoctos < 0 ? "-$\(text.dropFirst())" : "$\(text)" }

    public static func < (left: InvoiceAmount, right: InvoiceAmount) -> Bool {
        left.yoctos < right.yoctos
    }

    /// The number after `e`; 0 without one, nil if it is none or beyond what an amount can have.
    private static func exponent(_ text: ArraySlice<UInt8>) -> Int? {
        guard !text.isEmpty else { return 0 }
        var digits = text.dropFirst()
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
        guard (1...3).contains(digits.count), let value = whole(Array(digits)), value <= 100 else {
            return nil
        }
        return isNegative ? -Int(value) : Int(value)
    }

    private static func whole(_ digits: [UInt8]) -> Int128? {
        var value: Int128 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflow) = shifted.addingReportingOverflow(Int128(digit - UInt8(ascii: "0")))
            if overflow || sumOverflow { return nil }
            value = sum
        }
        return value
    }
}
