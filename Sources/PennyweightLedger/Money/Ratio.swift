/// A positive fraction of two whole numbers: `85/100`.
public struct Ratio: Sendable, Hashable, CustomStringConvertible {
    public let numerator: Int64
    public let denominator: Int64

    /// A fraction as it is written, not reduced; nil unless both numbers are positive.
    public init?(_ numerator: Int64, over denominator: Int64) {
        guard numerator > 0, denominator > 0 else { return nil }
        self.numerator = numerator
        self.denominator = denominator
    }

    /// Reads `85/100`, or a decimal like `0.85` or `1.1`; nil for anything else, and for what isn't positive.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 2 {
            guard parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
                let numerator = Int64(parts[0]), let denominator = Int64(parts[1])
            else { return nil }
            self.init(numerator, over: denominator)
            return
        }
        guard let decimal = ExactDecimal(text) else { return nil }
        var scale: Int64 = 1
        for decimals in 0...12 {
            if let numerator = decimal.scaled(decimals: decimals) {
                self.init(numerator, over: scale)
                return
            }
            scale *= 10
        }
        return nil
    }

    /// This part of an amount; nil if it is no whole number of pico-dollars, or out of range.
    public func of(_ amount: Money) -> Money? {
        let (quotient, rest) = (Int128(amount.picos) * Int128(numerator))
            .quotientAndRemainder(dividingBy: Int128(denominator))
        guard rest == 0, let picos = Int64(exactly: quotient) else { return nil }
        return Money(picos: picos)
    }

    /// `85/100`
    public var description: String { "\(numerator)/\(denominator)" }
}
