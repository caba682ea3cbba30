import PennyweightMiddleware
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("Selections, patterns and keys")
struct CacheSelectionTests {
    @Test(
        "a star stands for any text",
        arguments: [
            ("gpt-4o", "gpt-4o", true), ("gpt-4o", "gpt-4o-mini", false), ("gpt-4o*", "gpt-4o", true),
            ("gpt-4o*", "gpt-4o-mini", true), ("*mini", "gpt-4o-mini", true),
            ("*mini", "gpt-4o-mini-x", false),
            ("*", "", true), ("", "", true), ("", "a", false), ("a*b*c", "a--b--b--c", true),
            ("a*b*c", "a--c--b", false), ("**a**", "a", true), ("é*", "éa", true), ("[a]?", "[a]?", true),
            ("a?", "ab", false),
        ])
    func patterns(pattern: String, name: String, fits: Bool) {
        #expect(ModelPattern(pattern).matches(name) == fits)
    }

    @Test("a pattern agrees with one that tries everything") func model() {
        func fits(_ pattern: Substring, _ name: Substring) -> Bool {
            guard let first = pattern.first else { return name.isEmpty }
            if first == "*" {
                return fits(pattern.dropFirst(), name) || !name.isEmpty && fits(pattern, name.dropFirst())
            }
            return name.first == first && fits(pattern.dropFirst(), name.dropFirst())
        }
        let random = SeededRandom(seed: 99)
        func text(_ letters: [Character], _ limit: UInt64) -> String {
            String(
                (0..<random.next(below: limit)).map { _ in
                    letters[Int(random.next(below: UInt64(letters.count)))]
                })
        }
        for _ in 0..<5_000 {
            let (pattern, name) = (text(["a", "b", "*"], 8), text(["a", "b"], 10))
            #expect(
                ModelPattern(pattern).matches(name) == fits(pattern[...], name[...]),
                "'\(pattern)' and '\(name)', seed \(random.seed)")
        }
    }

    @Test("a key reads its own text, and nothing else") func keyText() throws {
        let key = EntryMaker().key(77)
        #expect(CacheKey(key.description) == key)
        #expect(CacheKey(key.description.uppercased()) == key)
        for text in [
            "", "00", String(key.description.dropLast()), key.description + "0",
            "zz" + key.description.dropFirst(2),
        ] {
            #expect(CacheKey(text) == nil, "\(text)")
        }
    }

    @Test("a label reads as name=value") func tags() {
        #expect(CacheSelection.Tag(reading: "a=b=c") == .init("a", "b=c"))
        #expect(CacheSelection.Tag(reading: "a=") == .init("a", ""))
        #expect(CacheSelection.Tag(reading: "a") == nil)
        #expect(CacheSelection.Tag(reading: "=b") == nil)
    }
}
