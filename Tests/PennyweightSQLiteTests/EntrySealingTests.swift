import Crypto
import PennyweightMiddleware
import PennyweightTesting
import Testing

@testable import PennyweightSQLite

@Suite("Sealing an entry")
struct EntrySealingTests {
    /// Made with Python's `hmac`, and `AESGCM` of its package `cryptography`, from the documentation alone.
    @Test("the composition of HKDF, label and AES-256-GCM is that of a second implementation")
    func golden() throws {
        let secret = try #require(CacheSecret(Array(0..<32)))
        let label = EntrySealing.Label(
            digest: Array(repeating: 0xAA, count: 32), name: Array(repeating: 0xBB, count: 16), schema: 4,
            values: [
                .bytes(Array(repeating: 0xAA, count: 32)), .bytes(Array(repeating: 0xBB, count: 16)),
                .text("acme"), .integer(-1), .null, .bytes([0]),
            ])
        let sealing = EntrySealing(secret)
        let nonce = try AES.GCM.Nonce(data: Array(0..<12) as [UInt8])
        let sealed = try sealing.seal(Array("The answer.".utf8), label: label, nonce: nonce)
        #expect(sealed.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == Self.sealedText)
        #expect(sealing.open(sealed, label: label) == Array("The answer.".utf8))
    }

    private static let sealedText =
        "000102030405060708090a0bf92dc69c7144066dca83ec14244ddd90860b25be07b9bb740854b2"

    @Test("nothing but what was sealed is opened: each bit counts, and each part of the label")
    func bits() throws {
        let secret = try #require(CacheSecret(Array(repeating: 7, count: 32)))
        let sealing = EntrySealing(secret)
        func label(_ digest: UInt8 = 1, _ name: UInt8 = 2, schema: Int64 = 4, text: String = "a")
            -> EntrySealing.Label
        {
            EntrySealing.Label(
                digest: Array(repeating: digest, count: 32), name: Array(repeating: name, count: 16),
                schema: schema, values: [.text(text)])
        }
        let plain = Array("The answer.".utf8)
        let sealed = try sealing.seal(plain, label: label())
        #expect(sealed.count == plain.count + 28)
        for index in sealed.indices {
            for bit in 0..<8 {
                var spoiled = sealed
                spoiled[index] ^= 1 << UInt8(bit)
                #expect(sealing.open(spoiled, label: label()) == nil, "byte \(index), bit \(bit)")
            }
        }
        for count in 0..<sealed.count {
            #expect(sealing.open(Array(sealed.prefix(count)), label: label()) == nil)
        }
        for other in [label(3), label(1, 3), label(schema: 5), label(text: "b")] {
            #expect(sealing.open(sealed, label: other) == nil)
        }
        let another = try #require(CacheSecret(Array(repeating: 8, count: 32)))
        #expect(EntrySealing(another).open(sealed, label: label()) == nil)
    }

    @Test("no nonce comes twice, and equal answers look different each time")
    func nonces() throws {
        let secret = try #require(CacheSecret(Array(repeating: 7, count: 32)))
        let label = EntrySealing.Label(digest: [1], name: [2], schema: 4, values: [])
        let sealed = try (0..<2_000).map { _ in try EntrySealing(secret).seal([1, 2, 3], label: label) }
        #expect(Set(sealed.map { Array($0.prefix(12)) }).count == 2_000)
        #expect(Set(sealed.map { Array($0.dropFirst(12)) }).count == 2_000)
    }

    @Test("fields come back as they were, and nothing comes of what is none")
    func fields() throws {
        let values: [SQLValue] = [
            .null, .integer(.min), .integer(-1), .integer(.max), .text(""), .text("ünï\u{0}😀"), .bytes([]),
            .bytes([0, 255]),
        ]
        var written = SealedFields()
        for value in values { written.append(value) }
        var read = SealedFields(written.bytes + [9, 9])
        for value in values { #expect(read.next() == value) }
        #expect(read.rest == [9, 9])
        #expect(read.next() == nil)
        for cut in 0..<written.bytes.count {
            var short = SealedFields(Array(written.bytes.prefix(cut)))
            var count = 0
            while let value = short.next() {
                #expect(value == values[count], "cut at \(cut)")
                count += 1
            }
            #expect(count < values.count)
        }
        for wrong: [UInt8] in [
            [4], [1, 0], [2] + Array(repeating: 255, count: 8), [3, 0, 0, 0, 0, 0, 0, 0, 1],
        ] {
            var fields = SealedFields(wrong)
            #expect(fields.next() == nil)
        }
    }

    @Test("every column is either readable on purpose or sealed")
    func columns() {
        let readable: Set<String> = [
            "key", "name", "account", "namespace", "route", "model", "executed_model", "provider", "status",
            "stored_at", "expires_at", "usable_until", "took", "tags", "cost_status", "cost_lower",
            "cost_upper", "cost_reason", "sealing",
        ]
        #expect(CacheSchema.columnNames.count == CacheSchema.columnCount)
        #expect(CacheSchema.columnNames.last == "sealing")
        #expect(EntrySealing.privateColumns.isDisjoint(with: readable))
        #expect(EntrySealing.privateColumns.union(readable) == Set(CacheSchema.columnNames))
    }
}
