extension CanonicalWriter {
    /// The longest integer that is written out.
    private static let plainDigits = 21
    /// An exponent of so many digits can be added to a count of digits without overflow.
    private static let exponentDigits = 15

    /// Writes a number's one spelling: its exact decimal value.
    ///
    /// An integer of up to 21 digits is written out; any other number is its digits without zeros at either
    /// end, and a power of ten: `7e-1`. The text is at most 21 bytes longer than the source, whatever the
    /// exponent.
    mutating func number() throws(Refusal) {
        let start = position
        var at = start
        if source[at] == UInt8(ascii: "-") { at += 1 }
        let whole = at
        let point = digits(from: at)
        guard point > whole, point == whole + 1 || source[whole] != UInt8(ascii: "0") else {
            throw .malformed
        }
        at = point
        if at < source.count, source[at] == UInt8(ascii: ".") {
            at = digits(from: point + 1)
            guard at > point + 1 else { throw .malformed }
        }
        let mantissaEnd = at
        if at < source.count, source[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if at < source.count, source[at] == UInt8(ascii: "+") || source[at] == UInt8(ascii: "-") {
                at += 1
            }
            let power = at
            at = digits(from: power)
            guard at > power else { throw .malformed }
        }
        if at == point, point - whole <= CanonicalWriter.plainDigits {
            copyInteger(from: source[whole] == UInt8(ascii: "0") ? whole : start, to: at)
        } else {
            makeRoom(at - start)
            write(
                mantissa: whole..<mantissaEnd, point: point, exponent: mantissaEnd..<at,
                isNegative: whole > start)
        }
        position = at
    }

    /// Where the digits that begin here end.
    @inline(__always)
    private func digits(from start: Int) -> Int {
        var at = start
        while at < source.count, source[at] &- UInt8(ascii: "0") < 10 { at += 1 }
        return at
    }

    private mutating func copyInteger(from start: Int, to end: Int) {
        for index in start..<end {
            text[count] = source[index]
            count += 1
        }
    }

    /// Makes room for a number of this length and for all that may follow it.
    private mutating func makeRoom(_ length: Int) {
        let needed =
            count + length + CanonicalWriter.plainDigits + source.count - position + CanonicalWriter.slack
        guard text.count < needed else { return }
        let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: needed + needed / 4)
        _ = larger.update(fromContentsOf: text[..<count])
        text.deallocate()
        text = larger
    }

    private mutating func write(mantissa: Range<Int>, point: Int, exponent: Range<Int>, isNegative: Bool) {
        let start = count
        if isNegative { append(UInt8(ascii: "-")) }
        let first = count
        for index in mantissa where index != point && (count > first || source[index] != UInt8(ascii: "0")) {
            append(source[index])
        }
        var power = point < mantissa.upperBound ? point + 1 - mantissa.upperBound : 0
        while count > first, text[count - 1] == UInt8(ascii: "0") {
            count -= 1
            power += 1
        }
        guard count > first else {
            count = start
            return append(UInt8(ascii: "0"))
        }
        guard let given = self.power(exponent) else { return note(.numberOutOfRange) }
        power += given
        if power > 0, count - first + power <= CanonicalWriter.plainDigits {
            for _ in 0..<power { append(UInt8(ascii: "0")) }
        } else if power != 0 {
            append(UInt8(ascii: "e"))
            append(decimal: power)
        }
    }

    /// The value of an exponent with its `e`, 0 without one; nil if it is beyond all reason.
    private func power(_ exponent: Range<Int>) -> Int? {
        var value = 0
        var digits = 0
        for index in exponent.dropFirst() {
            let digit = source[index] &- UInt8(ascii: "0")
            guard digit < 10, digits > 0 || digit > 0 else { continue }
            digits += 1
            guard digits <= CanonicalWriter.exponentDigits else { return nil }
            value = value * 10 + Int(digit)
        }
        let isNegative = exponent.count > 1 && source[exponent.lowerBound + 1] == UInt8(ascii: "-")
        return isNegative ? -value : value
    }

    private mutating func append(decimal value: Int) {
        if value < 0 { append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        var divisor: UInt = 1
        while rest / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(rest / divisor))
            rest %= divisor
            divisor /= 10
        }
    }

    private mutating func append(_ byte: UInt8) {
        text[count] = byte
        count += 1
    }
}
