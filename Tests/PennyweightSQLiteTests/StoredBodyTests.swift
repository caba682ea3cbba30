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

    @Test(
        "dictionaries are what they were when rows were first written with them",
        arguments: [
            (1, 1_628_549_380_412_750_874), (2, 4_907_300_422_627_551_769),
            (3, -5_240_703_051_394_159_427), (4, -5_120_459_006_852_139_783),
        ] as [(Int64, Int64)])
    func dictionariesAreFrozen(number: Int64, expected: Int64) throws {
        var sum = Checksum()
        let preset = try #require(PresetDictionary.known(number))
        sum.add(.bytes(preset.bytes))
        #expect(sum.stored == expected)
        #expect((1_000...4_096).contains(preset.bytes.count))
    }

    @Test(
        "each route's dictionary makes its small answers less than two thirds of what they are without",
        arguments: [
            (
                "/responses", Int64(3),
                #"{"id":"resp_67ccd2bed1ec8190b14f964abc054267","object":"response","created_at":1741476542,"status":"completed","error":null,"incomplete_details":null,"instructions":null,"max_output_tokens":null,"model":"gpt-4.1-2025-04-14","output":[{"type":"message","id":"msg_67ccd2bf17f0819081ff3bb2cf6508e6","status":"completed","role":"assistant","content":[{"type":"output_text","text":"In a peaceful grove beneath a silver moon.","annotations":[]}]}],"parallel_tool_calls":true,"previous_response_id":null,"tool_choice":"auto","tools":[],"top_p":1.0,"truncation":"disabled"}"#
            ),
            (
                "/completions", 2,
                #"{"id":"cmpl-uqkvlQyYK7bGYrRHQ0eXlWi7","object":"text_completion","created":1589478378,"model":"gpt-3.5-turbo-instruct","choices":[{"text":"This is indeed a test","index":0,"logprobs":null,"finish_reason":"length"}],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}"#
            ),
            (
                "/images/generations", 4,
                #"{"created":1589478378,"data":[{"revised_prompt":"A cute baby sea otter floats on its back.","url":"https://oaidalleapiprodscus.blob.core.windows.net/private/org-abc/user-def/img-ghi.png?st=2026-01-01T00%3A00%3A00Z&sp=r&sv=2024-08-04&sr=b&rscd=inline&rsct=image/png&sig=abcdef%3D"}]}"#
            ),
        ])
    func routeDictionaries(route: String, number: Int64, text: String) {
        let with = StoredBody(packing: Array(text.utf8), route: route)
        let without = StoredBody(packing: Array(text.utf8), route: "/elsewhere")
        #expect(with.dictionary == number)
        #expect(with.bytes.count * 3 < without.bytes.count * 2)
        #expect(with.unpacked() == Array(text.utf8))
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
        original.add(.bytes(stored.bytes))
        for bit in 0..<stored.bytes.count * 8 {
            var bytes = stored.bytes
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            guard let body = unpack(bytes), body != answer else { continue }
            var sum = Checksum()
            sum.add(.bytes(bytes))
            #expect(sum.stored != original.stored)
        }
    }

    @Test("a checksum tells fields apart, however their bytes are split") func checksumFields() {
        func sum(_ fields: [[UInt8]]) -> Int64 {
            var sum = Checksum()
            for field in fields { sum.add(.bytes(field)) }
            return sum.stored
        }
        #expect(sum([[1, 2], [3]]) != sum([[1], [2, 3]]))
        #expect(sum([[], [1]]) != sum([[1], []]))
        #expect(sum([[1, 2, 3]]) == sum([[1, 2, 3]]))
    }
}
