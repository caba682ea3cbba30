import HTTPTypes
import PennyweightJSON
import PennyweightLedger
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightGateway

@Suite struct KeyCredentialTests {
    @Test(
        "a credential reads back from its text, and is its secret's", arguments: 1...50 as ClosedRange<UInt64>
    )
    func roundTrip(seed: UInt64) throws {
        let made = KeyCredential(random: SeededRandom(seed: seed))
        let text = try made.text().reveal()
        let read = try #require(KeyCredential(text))
        #expect(read.id == made.id)
        #expect(read.matches(made.digest))
        #expect(try read.text().reveal() == text)
        #expect(text.hasSuffix(made.lastFour))
        #expect(text.utf8.count == 63)
    }

    @Test("two credentials of one source differ in id and secret")
    func distinct() {
        let random = SeededRandom(seed: 1)
        let all = (0..<200).map { _ in KeyCredential(random: random) }
        #expect(Set(all.map(\.id)).count == all.count)
        #expect(Set(all.map(\.digest)).count == all.count)
    }

    @Test("the digest is SHA-256 of the 32 bytes of the secret")
    func golden() throws {
        // SHA-256 of 32 zero bytes.
        let zeros = try #require(
            KeyCredential("pw_aaaaaaaaaaaaaaaa_" + String(repeating: "A", count: 43)))
        #expect(
            zeros.digest.prefix(8) == [0x66, 0x68, 0x7A, 0xAD, 0xF8, 0x62, 0xBD, 0x77])
    }

    @Test("every other text is refused")
    func refused() throws {
        let text = try KeyCredential(random: SeededRandom(seed: 9)).text().reveal()
        let id = String(text.dropFirst(3).prefix(16))
        let secret = String(text.suffix(43))
        let wrong = [
            "", "pw_", "pw__", id, secret, String(text.dropLast()), text + "A", " " + text, text + " ",
            text + "\n", text.uppercased(), "PW_\(id)_\(secret)", "pw-\(id)-\(secret)", "sk_\(id)_\(secret)",
            "pw_\(id)\(secret)_", "pw_\(id.uppercased())_\(secret)", "pw_\(id.dropLast())1_\(secret)",
            "pw_\(id.dropLast())é\(secret)", "pw_\(id)_\(secret.dropLast())=",
            "pw_\(id)_\(secret.dropLast())+",
            "pw_\(id)_\(secret.dropLast())/", "pw_\(id)_\(secret.dropLast(2))%4", "pw_\(id)_\(secret)\0",
            "pw_\(id)_\(secret), Bearer x", "pw_\(id)_" + String(repeating: "ä", count: 43),
        ]
        for text in wrong { #expect(KeyCredential(text) == nil, "\(text.debugDescription)") }
    }

    @Test("a secret has one text: bits beyond its 256 are refused")
    func canonical() throws {
        let text = try KeyCredential(random: SeededRandom(seed: 4)).text().reveal()
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        let good = alphabet.filter { KeyCredential(text.dropLast() + String($0)) != nil }
        #expect(good == "AEIMQUYcgkosw048")
    }

    @Test("a changed character is another secret, whatever its place")
    func changed() throws {
        let made = KeyCredential(random: SeededRandom(seed: 5))
        let text = try made.text().reveal()
        for offset in 20..<62 {
            var changed = Array(text)
            changed[offset] = changed[offset] == "A" ? "B" : "A"
            #expect(KeyCredential(String(changed))?.matches(made.digest) == false)
        }
        #expect(!made.matches([]))
        #expect(!made.matches(made.digest.dropLast()))
    }

    @Test("printing, reflecting and dumping a credential shows its id only")
    func unprintable() throws {
        let made = KeyCredential(random: SeededRandom(seed: 6))
        let secret = try made.text().reveal().suffix(43)
        var dumped = ""
        dump(made, to: &dumped)
        for text in ["\(made)", String(reflecting: made), dumped, "\(try made.text())"] {
            #expect(!text.contains(secret))
            #expect(!text.contains(secret.prefix(8)))
        }
        #expect("\(made)".contains(made.id))
    }

    @Test("texts compare by all they have")
    func constantTime() {
        #expect(ConstantTime.areEqual("abc", "abc"))
        #expect(!ConstantTime.areEqual("abc", "abd"))
        #expect(!ConstantTime.areEqual("abc", "ab"))
        #expect(!ConstantTime.areEqual([1, 2, 3], [1, 2]))
    }
}
