/// A number exactly as its decimal text says: `0.15`, `1.5e-07`, `-3E2`.
///
/// It is what figures of price files are read as. The text is that of a JSON number (RFC 8259 section 6),
/// with the difference that leading zeros are allowed; it never passes through a floating-point number.
public struct ExactDecimal: Sendable, Hashable {
    /// Digits from 0 to 9 without zeros at either end; none for zero.
    private let digits: [UInt8]
    /// The number is `digits` as a whole number, times ten to this power.
    private let power: Int
    private let isMinus: Bool

    /// The longest text that is read: what is longer is no price.
    static let textLimit = 200
    private static let powerLimit = 10_000

    /// Reads a text; nil if it isn't a decimal number, or is longer than 200 bytes.
    public init?(_ text: some StringProtocol) {
        var rest = ArraySlice(text.utf8)
        guard rest.count <= ExactDecimal.textLimit else { return nil }
        let isMinus = rest.first == UInt8(ascii: "-")
        if isMinus { rest.removeFirst() }
        let exponent: Int
        if let mark = rest.firstIndex(where: { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }) {
            let written = String(decoding: rest[(mark + 1)...], as: UTF8.self)
            guard let parsed = Int(written), abs(parsed) <= ExactDecimal.powerLimit else { return nil }
            exponent = parsed
            rest = rest[..<mark]
        } else {
            exponent = 0
        }
        let parts = rest.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(ExactDecimal.isDigit) }) else { return nil }
        var digits = parts.flatMap { $0 }.map { $0 - UInt8(ascii: "0") }
        var power = exponent - (parts.count > 1 ? parts[1].count : 0)
        while digits.last == 0 {
            digits.removeLast()
            power += 1
        }
        self.digits = Array(digits.drop { $0 == 0 })
        self.power = self.digits.isEmpty ? 0 : power
        self.isMinus = isMinus && !self.digits.isEmpty
    }

    public var isZero: Bool { digits.isEmpty }
    public var isNegative: Bool { isMinus }

    /// The number in units of 10⁻ᵈᵉᶜⁱᵐᵃˡˢ; nil if that is no whole number, or is out of `Int64`'s range.
    public func scaled(decimals: Int) -> Int64? {
        if isZero { return 0 }
        let zeros = power + decimals
        guard zeros >= 0, digits.count + zeros <= 19 else { return nil }
        var value: Int64 = 0
        for digit in digits + Array(repeating: 0, count: zeros) {
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflow) = shifted.addingReportingOverflow(Int64(digit))
            if overflow || sumOverflow { return nil }
            value = sum
        }
        return isMinus ? -value : value
    }

    /// The number in dollars as money; nil if it is no whole number of pico-dollars, or out of range.
    public var money: Money? { scaled(decimals: 12).map { Money(picos: $0) } }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
