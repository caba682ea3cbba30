import PennyweightTesting
import PennyweightTime

/// Random JSON, and random spellings of it.
struct RandomJSON {
    indirect enum Value {
        case literal(String)
        /// A number's digits and the power of ten of the last of them.
        case number(digits: String, exponent: Int)
        case text(String)
        case list([Value])
        case object([Member])
    }

    struct Member {
        var name: String
        var value: Value
    }

    private static let names = [
        "a", "B", "10", "9", "", "é", "e\u{301}", "😀", "\u{fb33}", "\n", "model", "n", "\"", "/",
    ]

    private let random: SeededRandom

    init(_ random: SeededRandom) { self.random = random }

    func text() -> String { spell(value(depth: 4)) }

    func value(depth: Int) -> Value {
        switch random.next(below: depth > 0 ? 6 : 4) {
        case 0: .literal(pick(["true", "false", "null"]))
        case 1:
            .number(
                digits: String(1 + random.next(below: 1 << 60)), exponent: Int(random.next(below: 40)) - 20)
        case 2, 3: .text(pick(RandomJSON.names) + pick(RandomJSON.names))
        case 4: .list((0..<random.next(below: 4)).map { _ in value(depth: depth - 1) })
        default:
            .object(
                RandomJSON.names.filter { _ in random.next(below: 3) == 0 }.map {
                    Member(name: $0, value: value(depth: depth - 1))
                })
        }
    }

    func spell(_ value: Value) -> String {
        let text =
            switch value {
            case .literal(let text): text
            case .number(let digits, let exponent): spell(digits: digits, exponent: exponent)
            case .text(let text): quote(text)
            case .list(let values): "[" + values.map(spell).joined(separator: ",") + "]"
            case .object(let members):
                "{"
                    + shuffled(members).map { quote($0.name) + space() + ":" + spell($0.value) }.joined(
                        separator: ",")
                    + "}"
            }
        return space() + text + space()
    }

    private func spell(digits: String, exponent: Int) -> String {
        switch random.next(below: 3) {
        case 0: "\(digits)e\(exponent)"
        case 1: "\(digits)00E\(exponent - 2)"
        default: "\(digits.first ?? "0").\(digits.dropFirst())0e\(exponent + digits.count - 1)"
        }
    }

    private func quote(_ text: String) -> String {
        let inner = text.utf16.map { unit -> String in
            let mustEscape = unit < 0x20 || unit == 0x22 || unit == 0x5C
            if mustEscape || random.next(below: 3) == 0 || (0xD800...0xDFFF).contains(unit) {
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
            return String(decoding: [unit], as: UTF16.self)
        }
        return "\"" + inner.joined() + "\""
    }

    private func shuffled(_ members: [Member]) -> [Member] {
        var rest = members
        var result: [Member] = []
        while !rest.isEmpty { result.append(rest.remove(at: Int(random.next(below: UInt64(rest.count))))) }
        return result
    }

    private func space() -> String { pick(["", " ", "\n\t", ""]) }

    private func pick(_ choices: [String]) -> String {
        choices[Int(random.next(below: UInt64(choices.count)))]
    }
}
