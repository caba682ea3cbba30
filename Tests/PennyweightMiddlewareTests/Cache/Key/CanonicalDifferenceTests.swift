import PennyweightMiddleware
import PennyweightTesting
import PennyweightTime
import Testing

/// The canonical writer against one by the book.
@Suite("CanonicalForm, compared")
struct CanonicalDifferenceTests {
    /// What a body comes to: its text, or whether it is JSON at all.
    private enum Outcome: Equatable {
        case text([UInt8])
        case noJSON
        case refused
    }

    private func outcome(_ form: () throws(CanonicalForm.Refusal) -> [UInt8]) -> Outcome {
        do {
            return .text(try form())
        } catch {
            return [.malformed, .tooDeep].contains(error) ? .noJSON : .refused
        }
    }

    private func compare(_ body: [UInt8], _ comment: String) {
        let omitted = ["a", "model"]
        let real = outcome { () throws(CanonicalForm.Refusal) in
            try CanonicalForm(of: body, omitting: omitted).bytes
        }
        let naive = outcome { () throws(CanonicalForm.Refusal) in
            try NaiveCanonicalForm.bytes(of: body, omitting: omitted)
        }
        #expect(real == naive, "\(comment): \(String(decoding: body.prefix(2_000), as: UTF8.self))")
    }

    @Test("generated bodies have the same form", arguments: [31_401, 31_402, 31_403] as [UInt64])
    func generated(seed: UInt64) {
        let random = SeededRandom(seed: seed)
        for _ in 0..<400 { compare(Array(RandomJSON(random).text().utf8), "seed \(seed)") }
    }

    @Test(
        "mutated bodies have the same form or are refused alike",
        arguments: [31_411, 31_412, 31_413] as [UInt64])
    func mutated(seed: UInt64) {
        let random = SeededRandom(seed: seed)
        var mutation = BodyMutation(random)
        for _ in 0..<1_500 {
            let body = mutation.mutated(Array(RandomJSON(random).text().utf8))
            if !body.isEmpty { compare(body, "seed \(seed)") }
        }
    }

    @Test("large objects, nested, in any order, have the same form", arguments: [31_421, 31_422] as [UInt64])
    func large(seed: UInt64) {
        let random = SeededRandom(seed: seed)
        for _ in 0..<12 {
            var text = "{}"
            for _ in 0..<8 { text = wrapped(text, random) }
            compare(Array(text.utf8), "seed \(seed)")
        }
    }

    /// An object around a text: small, large, or of many members.
    private func wrapped(_ inner: String, _ random: SeededRandom) -> String {
        var members = ["\"k\(random.next(below: 1_000))\":\(inner)"]
        for index in 0..<[1, 3, 40, 300][Int(random.next(below: 4))] {
            let filling = String(repeating: "x", count: Int(random.next(below: 200)))
            members.insert(
                "\"\(random.next(below: 10) == 0 ? "\\n" : "m")\(index)\":\"\(filling)\"",
                at: Int(random.next(below: UInt64(members.count + 1))))
        }
        return "{" + members.joined(separator: ",") + "}"
    }

    @Test("members are in the order of their UTF-16 code units")
    func order() throws {
        let random = SeededRandom(seed: 31_431)
        let units =
            ["a", "Z", "\n", "\u{1f}", "\"", "\\", " ", "\u{7f}", "\u{80}", "\u{7ff}", "\u{800}"]
            + ["\u{d7ff}", "\u{e000}", "\u{feff}", "\u{ffff}", "\u{10000}", "\u{10ffff}"]
        for _ in 0..<300 {
            let names = Set(
                (0..<30).map { _ in
                    (0..<random.next(below: 4)).map { _ in units[Int(random.next(below: UInt64(units.count)))]
                    }
                    .joined()
                }.map { Array($0.utf16) })
            let source = names.map { "\"" + $0.map(escaped).joined() + "\":0" }.joined(separator: ",")
            let sorted = try names.sorted { $0.lexicographicallyPrecedes($1) }.map { name in
                try NaiveCanonicalForm.bytes(of: Array("\"\(name.map(escaped).joined())\"".utf8))
                    + Array(":0".utf8)
            }
            let form = try CanonicalForm(of: Array("{\(source)}".utf8)).bytes
            let expected = [UInt8]("{".utf8) + sorted.joined(separator: Array(",".utf8)) + Array("}".utf8)
            #expect(form == expected, "seed \(random.seed)")
        }
    }

    private func escaped(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    @Test("a deep nest of large objects, each out of order, is sorted in time that is linear")
    func deep() throws {
        var text = "\"" + String(repeating: "x", count: 200_000) + "\""
        for _ in 0..<127 { text = "{\"b\":\(text),\"a\":0}" }
        let form = try CanonicalForm(of: Array(text.utf8))
        #expect(form.bytes.count == text.utf8.count)
        #expect(form.bytes.starts(with: Array(String(repeating: #"{"a":0,"b":"#, count: 127).utf8)))
    }

    @Test("128 levels have a form, 129 have none")
    func depth() throws {
        let nest = { (count: Int) in
            String(repeating: "[", count: count) + String(repeating: "]", count: count)
        }
        #expect(try CanonicalForm(of: Array(nest(128).utf8)).bytes.count == 256)
        #expect(throws: CanonicalForm.Refusal.tooDeep) { try CanonicalForm(of: Array(nest(129).utf8)) }
    }

    @Test("a body that is no JSON is refused as that, whatever else is wrong with it")
    func precedence() {
        for body in [#"[{"a":1,"a":2}"#, #"["\ud800","#, "[1e1000000000000000,]"] {
            #expect(throws: CanonicalForm.Refusal.malformed) { try CanonicalForm(of: Array(body.utf8)) }
        }
    }

    @Test("numbers that are longer in their canonical form have room", arguments: [1, 2, 7, 100, 3_000])
    func growth(count: Int) throws {
        let body = "[" + Array(repeating: "9e20", count: count).joined(separator: ",") + "]"
        let form = try CanonicalForm(of: Array(body.utf8)).bytes
        #expect(form.count == 1 + count * 22)
        compare(Array(body.utf8), "growth")
        compare(
            Array("{\"z\":\(body),\"b\":[\"\(String(repeating: "y", count: count))\",-1.5]}".utf8), "growth")
    }

    @Test("strings of every length around the copied words are read whole")
    func lengths() {
        for length in 0..<40 {
            for special in ["", "\\n", "\\u00e9", "é", "漢", "😀", "\u{1}", "\\x", "\\ud83d\\ude00", "\\ud83d"]
            {
                for place in [0, length / 2, length] {
                    let before = String(repeating: "a", count: place)
                    let after = String(repeating: "b", count: length - place)
                    compare(Array("\"\(before)\(special)\(after)\"".utf8), "length \(length)")
                    compare(Array("\"\(before)\(special)\(after)".utf8), "length \(length), no quote")
                }
            }
        }
    }
}
