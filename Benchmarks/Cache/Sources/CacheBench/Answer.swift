import PennyweightLedger
import PennyweightMiddleware
import PennyweightTime

/// Chat completions of about a size, each with words of its own, always the same for the same number.
enum Answer {
    private static let words = """
        the of and to in is that it was for on are as with his they be at one have this from or had by hot word
        but what some we can out other were all there when up use your how said an each she which do their time
        if will way about many then them write would like so these her long make thing see him two has look more
        day could go come did number sound no most people my over know water than call first who may down side
        been now find any new work part take get place made live where after back little only round man year
        came show every good me give our under name very through just form sentence great think say help low
        line differ turn cause much mean before move right boy old too same tell does set three want air well
        """.split { $0 == " " || $0 == "\n" }.map(String.init)

    /// The first 8 bytes follow no order, as a digest's don't.
    static func key(_ number: Int) -> CacheKey {
        var mixed = UInt64(truncatingIfNeeded: number) &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        let digest = (0..<32).map { UInt8(truncatingIfNeeded: mixed >> UInt64(56 - 8 * ($0 % 8))) }
        guard let key = CacheKey(digest: digest) else { preconditionFailure("A digest has 32 bytes.") }
        return key
    }

    static func entry(_ number: Int, bytes: Int) -> CacheEntry {
        var picks = Picks(entries: words.count, seed: UInt64(number) &* 0x2545_F491_4F6C_DD1D | 1)
        var text = ""
        while text.utf8.count < bytes - 640 { text += words[picks.next()] + " " }
        let body = """
            {
              "id": "chatcmpl-\(key(number).description.prefix(29))",
              "object": "chat.completion",
              "created": \(1_767_225_600 + number),
              "model": "gpt-4o-mini-2024-07-18",
              "choices": [
                {
                  "index": 0,
                  "message": {
                    "role": "assistant",
                    "content": "\(text)",
                    "refusal": null,
                    "annotations": []
                  },
                  "logprobs": null,
                  "finish_reason": "stop"
                }
              ],
              "usage": {
                "prompt_tokens": \(number % 1_000),
                "completion_tokens": \(bytes / 5),
                "total_tokens": \(number % 1_000 + bytes / 5)
              },
              "service_tier": "default",
              "system_fingerprint": "fp_8bda4d3a2c"
            }
            """
        let stored = Timestamp(seconds: 1_767_225_600 + Int64(number))
        return CacheEntry(
            canonicalDigest: key(number).digest, account: "acme/search", route: "/chat/completions",
            model: "gpt-4o-mini", executedModel: "gpt-4o-mini-2024-07-18", provider: "openai", status: 200,
            contentType: "application/json", body: Array(body.utf8),
            usage: Usage(tokens: TokenUsage(input: Int64(number % 1_000), output: Int64(bytes / 5))),
            cost: .exact(Money(picos: 165_000_000)), storedAt: stored,
            expiresAt: stored + .seconds(86_400))
    }
}

/// Numbers below a bound, the same at each run (xorshift).
struct Picks {
    private let entries: UInt64
    private var state: UInt64

    init(entries: Int, seed: UInt64 = 88_172_645_463_325_252) {
        self.entries = UInt64(max(entries, 1))
        state = seed
    }

    mutating func next() -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % entries)
    }
}
