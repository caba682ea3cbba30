/// Decimal text to whole numbers of a smaller unit and back, exactly.
enum DecimalText {
    /// Reads `[-]digits[.digits]` as a whole number of 10⁻ᵈᵉᶜⁱᵐᵃˡˢ; nil if it isn't one, or is out of
    /// `Int64`'s range.
    static func scaled(_ text: some StringProtocol, decimals: Int) -> Int64? {
        var digits = Array(text.utf8)
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { digits.removeFirst() }
        let parts = digits.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty, parts.count == 1 || !parts[1].isEmpty else {
            return nil
        }
        var fraction = parts.count > 1 ? Array(parts[1]) : []
        while fraction.count > decimals, fraction.last == UInt8(ascii: "0") { fraction.removeLast() }
        guard fraction.count <= decimals else { return nil }
        fraction += Array(repeating: UInt8(ascii: "0"), count: decimals - fraction.count)
        var value: Int64 = 0
        for digit in Array(whole) + fraction {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflow) = shifted.subtractingReportingOverflow(Int64(digit - UInt8(ascii: "0")))
            if overflow || sumOverflow { return nil }
            value = sum
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    /// Writes a whole number of 10⁻ᵈᵉᶜⁱᵐᵃˡˢ without trailing zeros.
    static func text(_ value: Int128, decimals: Int) -> String {
        var digits = String(value.magnitude)
        if digits.count <= decimals {
            digits = String(repeating: "0", count: decimals + 1 - digits.count) + digits
        }
        var fraction = digits.suffix(decimals)
        while fraction.last == "0" { fraction.removeLast() }
        let whole = digits.dropLast(decimals)
        return (value < 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
    }
}
