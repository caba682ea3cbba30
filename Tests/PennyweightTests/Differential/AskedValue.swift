import PennyweightTesting
import PennyweightTime

/// A JSON value by what it means: two are equal if, and only if, they mean the same, however written.
indirect enum AskedValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// `mantissa` × 10^`exponent`, where the mantissa doesn't end in a zero; zero is 0 × 10^0.
    case number(mantissa: Int64, exponent: Int)
    /// Scalars and not a `String`: that one takes a composed and a decomposed letter for the same.
    case string([UInt32])
    case array([AskedValue])
    case object([[UInt32]: AskedValue])

    static func text(_ text: String) -> AskedValue { .string(text.unicodeScalars.map(\.value)) }

    static func decimal(_ mantissa: Int64, _ exponent: Int) -> AskedValue {
        guard mantissa != 0 else { return .number(mantissa: 0, exponent: 0) }
        var (mantissa, exponent) = (mantissa, exponent)
        while mantissa % 10 == 0 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        return .number(mantissa: mantissa, exponent: exponent)
    }
}

extension AskedValue {
    /// Any value, a few levels deep.
    static func any(_ random: SeededRandom, depth: Int = 0) -> AskedValue {
        switch random.next(below: depth < 3 ? 8 : 5) {
        case 0: return .null
        case 1: return .bool(random.next(below: 2) == 0)
        case 2: return .decimal(random.pick(mantissas), Int(random.next(below: 7)) - 3)
        case 3, 4: return anyText(random)
        case 5: return .array((0..<random.next(below: 4)).map { _ in any(random, depth: depth + 1) })
        default:
            let members = (0..<random.next(below: 4)).map { _ in
                (random.pick(names), any(random, depth: depth + 1))
            }
            return .object(Dictionary(members) { $1 })
        }
    }

    /// A text of what is easily mixed up.
    static func anyText(_ random: SeededRandom) -> AskedValue {
        .string((0..<random.next(below: 6)).map { _ in random.pick(scalars) })
    }

    /// A value that is nearly this one, or even equal to it.
    func near(_ random: SeededRandom) -> AskedValue {
        switch self {
        case .null: return random.pick([.bool(false), .text(""), .text("null"), .array([]), .object([:])])
        case .bool(let value): return random.pick([.bool(!value), .text(value ? "true" : "false"), .null])
        case .number(let mantissa, let exponent):
            return random.pick([
                .decimal(mantissa &+ 1, exponent), .decimal(0 &- mantissa, exponent),
                .decimal(mantissa, exponent + 1), .text("\(mantissa)"), .array([self]),
            ])
        case .string(let scalars):
            var changed = scalars
            if changed.isEmpty || random.next(below: 3) == 0 {
                changed.append(random.pick(AskedValue.scalars))
            } else {
                changed[Int(random.next(below: UInt64(changed.count)))] = random.pick(AskedValue.scalars)
            }
            return .string(changed)
        case .array(var elements):
            guard !elements.isEmpty, random.next(below: 4) > 0 else { return .array(elements + [.null]) }
            if random.next(below: 3) == 0 { return .array(elements.reversed()) }
            let place = Int(random.next(below: UInt64(elements.count)))
            elements[place] = elements[place].near(random)
            return .array(elements)
        case .object(var members):
            guard let name = members.keys.min(by: { $0.lexicographicallyPrecedes($1) }),
                random.next(below: 4) > 0
            else {
                members[random.pick(AskedValue.names)] = .null
                return .object(members)
            }
            let value = members.removeValue(forKey: name) ?? .null
            switch random.next(below: 3) {
            case 0: break
            case 1: members[random.pick(AskedValue.names)] = value
            default: members[name] = value.near(random)
            }
            return .object(members)
        }
    }

    private static let mantissas: [Int64] = [
        0, 1, 2, 5, 7, 15, 25, 100, 9_007_199_254_740_991, 9_007_199_254_740_992, 9_007_199_254_740_993,
        123_456_789_012_345_678, -1, -15,
    ]
    private static let scalars: [UInt32] = [
        0x00, 0x0A, 0x1F, 0x20, 0x22, 0x2F, 0x31, 0x41, 0x5C, 0x61, 0x65, 0x7F, 0xE9, 0x301, 0x2028, 0xFB01,
        0xFFFD, 0xFFFF, 0x1F600,
    ]
    /// Names whose order by UTF-8 and by UTF-16 differs are among them.
    static let names: [[UInt32]] = [
        "a", "A", "aa", "", "temperature", "seed", "metadata", "user", "top_p", "é", "e\u{301}", "\u{FB01}",
        "😀", "\u{FFFF}", "x\n", "1",
    ].map { $0.unicodeScalars.map(\.value) }
}

extension SeededRandom {
    func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int(next(below: UInt64(elements.count)))]
    }
}
