#if canImport(PennyweightMiddleware)
import PennyweightMiddleware
#endif

/// The one spelling of a JSON number: its exact decimal value.
///
/// An integer of up to 21 digits is written out; any other number is its digits without zeros at either end,
/// and a power of ten: `7e-1`. The text never grows beyond what was written plus 21 characters, whatever the
/// exponent.
enum NaiveNumber {
    private static let plainDigits = 21
    /// An exponent of so many digits can be added to a count of digits without overflow.
    private static let exponentDigits = 15

    /// Writes a number that is valid by the grammar of RFC 8259.
    static func write(_ source: ArraySlice<UInt8>, to out: inout [UInt8]) throws(CanonicalForm.Refusal) {
        let isNegative = source.first == UInt8(ascii: "-")
        let unsigned = isNegative ? source.dropFirst() : source
        if unsigned.count <= plainDigits, unsigned.allSatisfy(isDigit) {
            out += unsigned.first == UInt8(ascii: "0") ? unsigned : source
            return
        }
        var (digits, exponent) = try parse(unsigned)
        guard !digits.isEmpty else {
            out.append(UInt8(ascii: "0"))
            return
        }
        if isNegative { out.append(UInt8(ascii: "-")) }
        if exponent > 0, digits.count + exponent <= plainDigits {
            digits += Array(repeating: UInt8(ascii: "0"), count: exponent)
            exponent = 0
        }
        out += digits
        if exponent != 0 { out += Array("e\(exponent)".utf8) }
    }

    /// Significant digits, and the power of ten of the last of them; no digits for zero.
    private static func parse(
        _ unsigned: ArraySlice<UInt8>
    ) throws(CanonicalForm.Refusal) -> (digits: [UInt8], exponent: Int) {
        let end = unsigned.firstIndex { $0 | 0x20 == UInt8(ascii: "e") } ?? unsigned.endIndex
        let mantissa = unsigned[..<end]
        let point = mantissa.firstIndex(of: UInt8(ascii: "."))
        var digits = Array(mantissa.lazy.filter(isDigit).drop { $0 == UInt8(ascii: "0") })
        var exponent = point.map { $0 - mantissa.endIndex + 1 } ?? 0
        while digits.last == UInt8(ascii: "0") {
            digits.removeLast()
            exponent += 1
        }
        if !digits.isEmpty, end < unsigned.endIndex {
            exponent += try power(unsigned[(end + 1)...])
        }
        return (digits, exponent)
    }

    private static func power(_ text: ArraySlice<UInt8>) throws(CanonicalForm.Refusal) -> Int {
        let digits = text.drop { !isDigit($0) }.drop { $0 == UInt8(ascii: "0") }
        guard digits.count <= exponentDigits else { throw .numberOutOfRange }
        let magnitude = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return text.first == UInt8(ascii: "-") ? -magnitude : magnitude
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
