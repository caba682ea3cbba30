import PennyweightMiddleware
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("CanonicalForm")
struct CanonicalFormTests {
    private func canonical(_ text: String, omitting: [String] = []) throws -> String {
        String(decoding: try CanonicalForm(of: Array(text.utf8), omitting: omitting).bytes, as: UTF8.self)
    }

    @Test("members are sorted and white space goes")
    func order() throws {
        #expect(
            try canonical(" { \"b\" : [ 1 , {\"d\":null, \"c\":true} ],\n\"a\":\"x\" } ")
                == #"{"a":"x","b":[1,{"c":true,"d":null}]}"#)
    }

    @Test("names are sorted by UTF-16 code units, as in RFC 8785 section 3.2.3")
    func specification() throws {
        let source =
            #"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","#
            + #""1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","#
            + #""\u00f6":"Latin Small Letter O With Diaeresis"}"#
        let values = try canonical(source).split(separator: "\"").map(String.init)
            .filter { $0.count > 2 && $0.first?.isUppercase == true }
        #expect(
            values == [
                "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign",
                "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh",
            ])
    }

    @Test("characters beyond U+FFFF sort before U+E000 to U+FFFF, and after all others")
    func surrogates() throws {
        let names = ["\u{d7ff}", "\u{10000}", "\u{1f600}", "\u{10ffff}", "\u{e000}", "\u{f8ff}", "\u{ffff}"]
        let source = names.reversed().map { "\"\($0)\":0" }.joined(separator: ",")
        #expect(try canonical("{\(source)}") == "{\(names.map { "\"\($0)\":0" }.joined(separator: ","))}")
    }

    @Test("digits, upper case and prefixes sort by code unit")
    func asciiOrder() throws {
        #expect(
            try canonical(#"{"9":2,"b":1,"10":1,"B":3,"a":2,"":0,"ab":4}"#)
                == #"{"":0,"10":1,"9":2,"B":3,"a":2,"ab":4,"b":1}"#)
    }

    @Test(
        "strings have one spelling",
        arguments: [
            (#""\u0041""#, #""A""#), (#""\/""#, #""/""#),
            (#""\u000a\u0008\u000C\u0009\u000d""#, #""\n\b\f\t\r""#),
            (#""\u001F""#, #""\u001f""#), (#""\u0022\u005c""#, #""\"\\""#), (#""\uD83D\ude00""#, "\"😀\""),
            (#""\u007f\u2028""#, "\"\u{7f}\u{2028}\""),
        ])
    func strings(source: String, expected: String) throws {
        #expect(try canonical(source) == expected)
    }

    @Test(
        "numbers of one value have one spelling",
        arguments: [
            ("1", ["1.0", "1e0", "1E+0", "10e-1", "0.1e1", "1.000", "100e-2", "1e-0"]),
            ("0", ["-0", "0.0", "-0.0", "0e5", "0e99999999999999999999", "-0E-7", "0.000e3"]),
            ("-1", ["-1.0", "-10e-1"]),
            ("100", ["1e2", "1E2", "100.00", "0.01e4"]),
            ("7e-1", ["0.7", "0.70", "700e-3", "7E-1"]),
            ("15e-1", ["1.5", "1.50", "0.15e1"]),
            ("9007199254740993", ["9007199254740993.0", "9.007199254740993e15"]),
            ("1e21", ["1000000000000000000000", "1000e18", "1.0e21"]),
            ("100000000000000000000", ["1e20"]),
            ("12345678901234567890123456789e1", ["123456789012345678901234567890"]),
            ("1e999999999999999", ["10e999999999999998", "1e+0999999999999999"]),
        ])
    func numbers(expected: String, spellings: [String]) throws {
        for spelling in [expected] + spellings { #expect(try canonical(spelling) == expected, "\(spelling)") }
    }

    @Test("integers beyond 2^53 and long decimals don't collapse")
    func exact() throws {
        #expect(try canonical("9007199254740993") != canonical("9007199254740992"))
        #expect(try canonical("18446744073709551617") != canonical("18446744073709551616"))
        #expect(try canonical("0.1") != canonical("0.1000000000000000055511151231257827"))
        #expect(try canonical("1e400") != canonical("1e401"))
    }

    @Test("a huge exponent takes no memory, and one beyond all reason is refused")
    func hugeExponent() throws {
        #expect(try canonical("1e100000000") == "1e100000000")
        #expect(throws: CanonicalForm.Refusal.numberOutOfRange) { try canonical("1e1000000000000000") }
        #expect(throws: CanonicalForm.Refusal.numberOutOfRange) { try canonical("[1e-99999999999999999999]") }
    }

    @Test("a number, a text and a truth value of one look differ")
    func kinds() throws {
        let forms = try [
            "1", "true", "\"1\"", "\"true\"", "null", "\"\"", "0", "false", "[]", "{}", "[1]", "[[1]]",
        ]
        .map { try canonical($0) }
        #expect(Set(forms).count == forms.count)
    }

    @Test("composed and decomposed text differ, as values and as names")
    func normalisation() throws {
        #expect(
            try CanonicalForm(of: Array("\"\u{e9}\"".utf8)) != CanonicalForm(of: Array("\"e\u{301}\"".utf8)))
        #expect(try CanonicalForm(of: Array("{\"\u{e9}\":1,\"e\u{301}\":2}".utf8)).bytes.count == 16)
    }

    @Test("top-level members that only concern transport are left out, deeper ones stay")
    func omitting() throws {
        let source = #"{"stream":true,"a":{"stream":true},"stre\u0061m_options":{"x":1}}"#
        #expect(try canonical(source, omitting: ["stream", "stream_options"]) == #"{"a":{"stream":true}}"#)
        #expect(try canonical(#"{"stream":1}"#, omitting: ["stream"]) == "{}")
        #expect(try canonical(#"[{"stream":1}]"#, omitting: ["stream"]) == #"[{"stream":1}]"#)
    }

    @Test(
        "what has no one meaning is refused",
        arguments: [
            (#"{"a":1,"a":2}"#, CanonicalForm.Refusal.duplicateName),
            (#"{"a":1,"\u0061":1}"#, .duplicateName), (#"{"stream":true,"stream":false}"#, .duplicateName),
            (#"[{"b":{"x":1,"y":2,"x":1}}]"#, .duplicateName),
            (#""\ud800""#, .loneSurrogate), (#""\udc00\ud800""#, .loneSurrogate),
            (#"{"\udfff":1}"#, .loneSurrogate),
            ("{", .malformed), ("[1,]", .malformed), ("--boundary", .malformed), ("01", .malformed),
            (" ", .malformed), (#"{"stream":[1,]}"#, .malformed),
        ])
    func refusals(source: String, refusal: CanonicalForm.Refusal) {
        #expect(throws: refusal) { try canonical(source, omitting: ["stream"]) }
    }

    @Test("an empty body has the empty form")
    func empty() throws {
        #expect(try CanonicalForm(of: []).bytes.isEmpty)
    }

    @Test("the canonical form of a canonical form is itself")
    func idempotent() throws {
        let random = SeededRandom(seed: 20_261)
        for _ in 0..<300 {
            let once = try canonical(RandomJSON(random).text())
            #expect(try canonical(once) == once, "seed \(random.seed)")
        }
    }

    @Test("order, white space and spelling don't matter")
    func spelling() throws {
        let random = SeededRandom(seed: 20_262)
        for _ in 0..<300 {
            let value = RandomJSON(random).value(depth: 4)
            let first = RandomJSON(random).spell(value)
            let second = RandomJSON(random).spell(value)
            #expect(try canonical(first) == canonical(second), "seed \(random.seed): \(first) \(second)")
        }
    }
}
