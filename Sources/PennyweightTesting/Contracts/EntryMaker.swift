public import PennyweightLedger
public import PennyweightMiddleware
public import PennyweightTime

/// Makes keys and cache entries for tests.
public struct EntryMaker: Sendable {
    public init() {}

    /// The key of a number; equal numbers have equal keys.
    public func key(_ number: Int) -> CacheKey {
        let digest = (0..<32).map { UInt8(truncatingIfNeeded: number >> (8 * ($0 % 8))) ^ UInt8($0) }
        guard let key = CacheKey(digest: digest) else { preconditionFailure("A digest has 32 bytes.") }
        return key
    }

    /// A small chat completion that names a number.
    public func text(_ number: Int) -> [UInt8] {
        Array(
            """
            {"id":"chatcmpl-\(number)","object":"chat.completion","created":1767225600,"model":"gpt-x",\
            "choices":[{"index":0,"message":{"role":"assistant","content":"Number \(number)."},\
            "finish_reason":"stop"}]}
            """.utf8)
    }

    /// Bytes that don't compress.
    public func noise(_ count: Int, seed: UInt64) -> [UInt8] {
        let random = SeededRandom(seed: seed)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    /// A name that sorts by its number.
    public func id(_ number: Int) -> SortableID {
        SortableID(high: 0x019B_0000_0000_7000, low: 0x8000_0000_0000_0000 | UInt64(number))
    }

    /// An entry under a name of its own: its number's, or else its body's.
    public func entry(
        _ number: Int? = nil, body: [UInt8], usage: Usage? = nil, cost: Cost = .exact(Money(picos: 165)),
        executedModel: String? = "gpt-x-1",
        route: String = "/chat/completions"
    ) -> CacheEntry {
        let stored = Timestamp(seconds: 1_767_225_600)
        return CacheEntry(
            id: id(number ?? Int(digest(of: body) >> 8)), canonicalDigest: Array(repeating: 7, count: 32),
            account: "default", route: route, model: "gpt-x", executedModel: executedModel,
            provider: "openai", status: 200, contentType: "application/json", body: body, usage: usage,
            cost: cost, storedAt: stored, expiresAt: stored + .seconds(86_400))
    }

    /// FNV-1a of the first 4,096 bytes.
    private func digest(of body: [UInt8]) -> UInt64 {
        body.prefix(4_096).reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// Entries of every kind: sizes, costs, usage, missing fields, text beyond ASCII.
    public var variants: [CacheEntry] {
        let bodies: [[UInt8]] = [
            [], [0], text(1), noise(1_000, seed: 1), noise(10_000, seed: 2), noise(1 << 20, seed: 3),
            Array(repeating: 0x20, count: 4_095), Array(repeating: 0x20, count: 4_096),
            Array(repeating: 0x20, count: 3 << 20), Array("é\u{0}😀".utf8),
        ]
        let costs: [Cost] = [
            .nothing, .exact(Money(picos: .max)), .exact(Money(picos: .min)), .unknown(reason: "no price"),
            .estimated(lower: Money(picos: 1), upper: Money(picos: 2), reason: "cut; ünïcode"),
            .unknown(reason: ""),
        ]
        return bodies.map { entry(body: $0) } + costs.map { entry(body: text(2), cost: $0) }
            + usages.map { entry(body: text(3), usage: $0) }
            + [
                entry(body: text(4), executedModel: nil), entry(body: text(5), route: "/embeddings"),
                oddTexts, described,
            ]
    }

    private var usages: [Usage?] {
        var all = TokenUsage(input: 100, output: 50)
        all.cachedInput = 1
        all.cacheWrite = 2
        all.cacheWriteHour = 3
        all.audioInput = 4
        all.imageInput = 5
        all.reasoning = 6
        all.audioOutput = 7
        all.imageOutput = 0
        let meters = [
            Usage.Meter(.image, variant: "high/1024x1024", count: 3),
            Usage.Meter(.search, count: .max), Usage.Meter(.request, variant: "\"\\\u{1}é", count: 0),
        ]
        return [
            nil, Usage(), Usage(tokens: TokenUsage()), Usage(tokens: TokenUsage(input: 0)),
            Usage(tokens: all),
            Usage(meters: meters), Usage(serviceTier: "flex", raw: Array("{\"a\":1}".utf8)), Usage(raw: []),
            Usage(tokens: all, meters: meters, serviceTier: "", raw: [0, 255]),
        ]
    }

    /// Everything that an entry may say of itself.
    private var described: CacheEntry {
        var entry = entry(body: text(7))
        entry.namespace = "ünïcode"
        entry.tags = ["team": "web", "": "", "a=b&c%": "&x=y&", "line\n": "é😀"]
        entry.took = .nanoseconds(1_234_567_891)
        entry.usableUntil = entry.expiresAt + .seconds(60)
        entry.pace = [0, 255, 1]
        return entry
    }

    private var oddTexts: CacheEntry {
        var entry = entry(body: text(6), executedModel: "")
        entry.account = "ünïcode \u{0} null"
        entry.contentType = ""
        entry.canonicalDigest = []
        return entry
    }
}
