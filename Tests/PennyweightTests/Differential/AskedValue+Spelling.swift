import PennyweightTesting
import PennyweightTime

extension AskedValue {
    /// The value as JSON, in one of its many spellings.
    func spelled(_ random: SeededRandom) -> String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .number(let mantissa, let exponent): AskedValue.number(mantissa, exponent, random)
        case .string(let scalars): AskedValue.string(scalars, random)
        case .array(let elements):
            AskedValue.list("[", elements.map { $0.spelled(random) }, "]", random)
        case .object(let members):
            AskedValue.list(
                "{",
                AskedValue.shuffled(members, random).map {
                    AskedValue.string($0.key, random) + AskedValue.space(random) + ":"
                        + AskedValue.space(random) + $0.value.spelled(random)
                }, "}", random)
        }
    }

    private static func list(
        _ open: String, _ parts: [String], _ close: String, _ random: SeededRandom
    ) -> String {
        let separated = parts.map { space(random) + $0 + space(random) }.joined(separator: ",")
        return open + (parts.isEmpty ? space(random) : separated) + close
    }

    /// Members in an order that the seed alone decides: a dictionary's own differs from run to run.
    private static func shuffled(
        _ members: [[UInt32]: AskedValue], _ random: SeededRandom
    ) -> [(key: [UInt32], value: AskedValue)] {
        var rest = members.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        var shuffled: [(key: [UInt32], value: AskedValue)] = []
        while !rest.isEmpty { shuffled.append(rest.remove(at: Int(random.next(below: UInt64(rest.count))))) }
        return shuffled
    }

    private static func space(_ random: SeededRandom) -> String {
        random.next(below: 8) == 0 ? random.pick([" ", "\n", "\t", "\r\n", "  "]) : ""
    }

    private static func number(_ mantissa: Int64, _ exponent: Int, _ random: SeededRandom) -> String {
        guard mantissa != 0 else {
            return random.pick(["0", "-0", "0.0", "0e5", "-0.00E-3", "0E+0"])
        }
        let sign = mantissa < 0 ? "-" : ""
        var (digits, exponent) = (String(mantissa.magnitude), exponent)
        for _ in 0..<random.next(below: 3) { (digits, exponent) = (digits + "0", exponent - 1) }
        if exponent > 0, random.next(below: 2) == 0 {
            (digits, exponent) = (digits + String(repeating: "0", count: exponent), 0)
        }
        // A point anywhere after the first digit.
        if digits.count > 1, random.next(below: 2) == 0 {
            let behind = Int(random.next(below: UInt64(digits.count - 1))) + 1
            digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -behind))
            exponent += behind
        }
        if exponent == 0, random.next(below: 2) == 0 { return sign + digits }
        let mark = random.pick(["e", "E"])
        return sign + digits + mark + (exponent >= 0 ? random.pick(["", "+", "+0"]) : "") + String(exponent)
    }

    private static func string(_ scalars: [UInt32], _ random: SeededRandom) -> String {
        var text = "\""
        for scalar in scalars {
            let short = shortEscapes[scalar]
            if let short, random.next(below: 2) == 0 {
                text += short
            } else if scalar < 0x20 || scalar == 0x22 || scalar == 0x5C || random.next(below: 4) == 0 {
                text += escaped(scalar, random)
            } else if let scalar = Unicode.Scalar(scalar) {
                text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }

    private static let shortEscapes: [UInt32: String] = [
        0x0A: "\\n", 0x22: "\\\"", 0x2F: "\\/", 0x5C: "\\\\", 0x08: "\\b", 0x09: "\\t",
    ]

    private static func escaped(_ scalar: UInt32, _ random: SeededRandom) -> String {
        guard let scalar = Unicode.Scalar(scalar) else { return "" }
        return UTF16.encode(scalar).map { units in
            units.map { unit in
                let hex = String(unit, radix: 16, uppercase: random.next(below: 2) == 0)
                return "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            }.joined()
        } ?? ""
    }
}
