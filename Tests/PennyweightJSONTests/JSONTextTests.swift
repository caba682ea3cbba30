import PennyweightJSON
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("JSONText")
struct JSONTextTests {
    private func text(_ raw: String) throws -> JSONText {
        try #require(try JSONDocument("\"\(raw)\"").root.text)
    }

    @Test(
        "escapes mean what RFC 8259 says",
        arguments: [
            (#"a\"b"#, "a\"b"), (#"\\"#, "\\"), (#"\/"#, "/"), (#"\b\f\n\r\t"#, "\u{8}\u{C}\n\r\t"),
            (#"\u0041"#, "A"), (#"\u00e9"#, "é"), (#"\u20AC"#, "€"), (#"\ud834\udd1e"#, "𝄞"),
            (#"\uD834\uDD1Ex"#, "𝄞x"), (#"\u0000"#, "\u{0}"), (#"\uFFFF"#, "\u{FFFF}"), ("", ""),
            ("é", "é"),
            (#"\\u0041"#, "\\u0041"),
        ])
    func escapes(raw: String, meaning: String) throws {
        let text = try text(raw)
        #expect(text.string == meaning)
        #expect(text.utf8 == Array(meaning.utf8))
        #expect(text.raw == Array(raw.utf8))
    }

    @Test(
        "a lone surrogate has no text, but keeps its source",
        arguments: [
            #"\ud834"#, #"\udd1e"#, #"\udd1e\ud834"#, #"\ud834\ud834"#, #"\ud834x"#, #"\ud834\n"#,
            #"a\ud834"#,
            #"\ud834\u0041"#,
        ])
    func loneSurrogates(raw: String) throws {
        let text = try text(raw)
        #expect(text.string == nil)
        #expect(text.utf8 == nil)
        #expect(text.raw == Array(raw.utf8))
    }

    @Test("joining the two halves of a cut surrogate pair gives the character")
    func halves() throws {
        let joined = try text(#"a\ud834"#) + text(#"\udd1eb"#)
        #expect(joined.string == "a𝄞b")
    }

    @Test("what is escaped reads back, and is valid JSON")
    func roundTrip() throws {
        let random = SeededRandom(seed: 0x7E57)
        for _ in 0..<500 {
            var original = ""
            for _ in 0..<random.next(below: 20) {
                let limit: UInt64 = random.next(below: 2) == 0 ? 0x80 : 0x110000
                if let scalar = UnicodeScalar(UInt32(random.next(below: limit))) {
                    original.unicodeScalars.append(scalar)
                }
            }
            let value = JSONValue.text(original)
            #expect(try JSONDocument(value.bytes).root.string == original, "seed \(random.seed)")
            #expect(JSONText(original).string == original, "seed \(random.seed)")
        }
    }
}
