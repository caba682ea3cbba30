import PennyweightTesting
import Testing

@testable import PennyweightSQLite

@Suite("Bodies: compressed as it fits, expanded exactly or not at all")
struct StoredBodyTests {
    private let make = EntryMaker()
    private let route = "/chat/completions"

    /// An answer as OpenAI sends it.
    private var answer: [UInt8] {
        Array(
            """
            {
              "id": "chatcmpl-CkQ0aYl8Zv2mT9rJfHn1sUeWxDqBg",
              "object": "chat.completion",
              "created": 1763820681,
              "model": "gpt-4o-mini-2024-07-18",
              "choices": [
                {
                  "index": 0,
                  "message": {
                    "role": "assistant",
                    "content": "Paris lies on the Seine, in the north of France.",
                    "refusal": null,
                    "annotations": []
                  },
                  "logprobs": null,
                  "finish_reason": "stop"
                }
              ],
              "usage": {
                "prompt_tokens": 18,
                "completion_tokens": 12,
                "total_tokens": 30,
                "prompt_tokens_details": { "cached_tokens": 0, "audio_tokens": 0 },
                "completion_tokens_details": { "reasoning_tokens": 0, "audio_tokens": 0 }
              },
              "service_tier": "default",
              "system_fingerprint": "fp_8bda4d3a2c"
            }
            """.utf8)
    }

    @Test("the dictionary makes a small answer a third of what it is without") func dictionary() throws {
        let with = StoredBody(packing: answer, route: route)
        let without = StoredBody(packing: answer, route: "/elsewhere")
        #expect(with.codec == .dictionary)
        #expect(with.dictionary == 1)
        #expect(
            with.bytes.count * 2 < without.bytes.count, "\(with.bytes.count) against \(without.bytes.count)")
        #expect(with.unpacked() == answer)
        #expect(without.unpacked() == answer)
    }

    @Test("large bodies are gzip members that anyone can read") func gzip() {
        let large = Array(repeating: answer, count: 10).flatMap { $0 }
        let stored = StoredBody(packing: large, route: route)
        #expect(stored.codec == .gzip)
        #expect(stored.bytes.prefix(3) == [0x1F, 0x8B, 8])
        #expect(stored.unpacked() == large)
    }

    @Test("what doesn't compress is kept as it is") func plain() {
        let noise = make.noise(2_000, seed: 1)
        #expect(StoredBody(packing: noise, route: route).codec == .plain)
        #expect(StoredBody(packing: [], route: route).unpacked() == [])
    }

    @Test("dictionary 1 is what it was when rows were first written with it") func dictionaryIsFrozen() {
        var sum = Checksum()
        sum.add(PresetDictionary.chatCompletion1.bytes)
        #expect(sum.stored == 315_707_157)
        #expect((1_600...4_096).contains(PresetDictionary.chatCompletion1.bytes.count))
    }

    @Test(
        "a length that isn't the body's is refused, whichever way",
        arguments: [-1, 0, 1, 5_000, 5_002, 1 << 50])
    func wrongLength(_ length: Int) {
        let body = Array(repeating: UInt8(7), count: 5_001)
        for framing in [DeflateFraming.gzip, .raw(dictionary: [])] {
            let packed = Deflate.compress(body, framing) ?? []
            #expect(Inflate.expand(packed, to: 5_001, framing) == body)
            #expect(Inflate.expand(packed, to: length, framing) == nil)
        }
    }

    @Test("a gibibyte of zeros in a megabyte is refused without expanding it") func bomb() throws {
        let zeros = [UInt8](repeating: 0, count: 32 << 20)
        let packed = try #require(Deflate.compress(zeros, .gzip))
        #expect(packed.count < 64 << 10)
        #expect(Inflate.expand(packed, to: 1_000, .gzip) == nil)
        #expect(Inflate.expand(packed, to: 1 << 40, .gzip) == nil)
    }

    @Test("no cut and no flipped bit of a stored body gives wrong bytes") func everyCutAndFlip() {
        let stored = StoredBody(packing: answer, route: route)
        func unpack(_ bytes: [UInt8]) -> [UInt8]? {
            StoredBody(codec: .dictionary, dictionary: 1, length: answer.count, bytes: bytes).unpacked()
        }
        for count in 0..<stored.bytes.count { #expect(unpack(Array(stored.bytes.prefix(count))) == nil) }
        // A flip may expand to other bytes of the same length: then the row's checksum must differ.
        var original = Checksum()
        original.add(answer)
        for bit in 0..<stored.bytes.count * 8 {
            var bytes = stored.bytes
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            guard let body = unpack(bytes), body != answer else { continue }
            var sum = Checksum()
            sum.add(body)
            #expect(sum.stored != original.stored)
        }
    }

    @Test("a checksum tells fields apart, however their bytes are split") func checksumFields() {
        func sum(_ fields: [[UInt8]]) -> Int64 {
            var sum = Checksum()
            for field in fields { sum.add(field) }
            return sum.stored
        }
        #expect(sum([[1, 2], [3]]) != sum([[1], [2, 3]]))
        #expect(sum([[], [1]]) != sum([[1], []]))
        #expect(sum([[1, 2, 3]]) == sum([[1, 2, 3]]))
    }
}
