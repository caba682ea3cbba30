import HTTPTypes
import Logging
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightMiddleware

@Suite("The tier of images keeps them, and gives them out", .timeLimit(.minutes(5)))
struct MediaTierTests {
    private let time = ManualTime()
    private let store = MemoryMedia(limitBytes: 1 << 20)
    private let log = CapturedLog()
    private static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Array(repeating: 3, count: 20)
        + [0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]

    private func tier(
        _ steps: [ScriptedTransport.Step] = [], hosts: [String] = ["img.example.com"],
        lifetime: Duration? = nil, links: (any MediaLinks)? = nil, addresses: [[UInt8]] = [[8, 8, 8, 8]],
        store: (any MediaStore)? = nil
    ) throws -> (MediaTier, ScriptedTransport) {
        let transport = ScriptedTransport(steps)
        var policy = MediaPolicy()
        policy.hosts = hosts
        policy.providerURLLifetime = lifetime
        let tier = MediaTier(
            store ?? self.store, links: links, provider: try BaseURL("https://api.example.com/v1"),
            transport: transport, policy: policy, resolver: FixedResolver(found: addresses), time: time,
            logger: log.logger)
        return (tier, transport)
    }

    private var context: Context {
        Context(id: SortableID(high: 1, low: 2), logger: log.logger)
    }

    private static func answer(
        _ bytes: [UInt8] = png, headers: HTTPFields = [:], length: Int? = nil
    ) -> ScriptedTransport.Step {
        .custom { _, _ in
            var response = Response(.ok, body: Body(once: ScriptedReader([.chunk(bytes)]), length: length))
            for field in headers { response.head.headerFields[field.name] = field.value }
            return response
        }
    }

    @Test("what is fetched is asked for without any credential, and kept")
    func fetches() async throws {
        let (tier, transport) = try tier([Self.answer(), Self.answer()])
        let kept = try await tier.keep(
            [.url("https://img.example.com/a.png?sig=1"), .url("https://api.example.com/b")],
            context: context)
        #expect(kept.map(\.media.type) == [.png, .png] && kept[0].source == nil)
        let heads = transport.requests.map(\.head).sorted { ($0.authority ?? "") > ($1.authority ?? "") }
        #expect(heads[0].scheme == "https" && heads[0].authority == "img.example.com")
        #expect(heads[0].path == "/a.png?sig=1" && heads[0].method == .get)
        #expect(heads.allSatisfy { $0.headerFields[.authorization] == nil })
        #expect(await store.statistics().entries == 1)
    }

    @Test("a host of one's own network is not asked, however it is named")
    func privateHost() async throws {
        for addresses in [[[8, 8, 8, 8], [10, 0, 0, 1]], [[127, 0, 0, 1]], []] as [[[UInt8]]] {
            let (tier, transport) = try tier(addresses: addresses)
            await #expect(throws: MediaProblem.self) {
                try await tier.keep([.url("https://img.example.com/a.png")], context: context)
            }
            #expect(transport.requests.isEmpty)
        }
        // The provider itself may stand anywhere: that was configured.
        let (tier, _) = try tier([Self.answer()], addresses: [[10, 0, 0, 1]])
        _ = try await tier.keep([.url("https://api.example.com/a.png")], context: context)
    }

    @Test("nothing is kept of an image that is cut, compressed, too long or none")
    func unusable() async throws {
        let steps: [ScriptedTransport.Step] = [
            Self.answer(Self.png.dropLast()), Self.answer(length: Self.png.count + 1),
            Self.answer(length: Self.png.count - 1), Self.answer(headers: [.contentEncoding: "gzip"]),
            Self.answer(Array("<html>".utf8)), Self.answer([]), .status(404), .status(302), .status(206),
            .fail(Failure(.connectionFailed, "no")),
            .custom { _, _ in
                let reader = ScriptedReader([.chunk(Self.png), .fail(Failure(.connectionLost, "cut"))])
                return Response(.ok, body: Body(once: reader))
            },
        ]
        let (tier, transport) = try tier(steps)
        for number in steps.indices {
            await #expect(throws: MediaProblem.self, "step \(number)") {
                try await tier.keep([.url("https://api.example.com/a")], context: context)
            }
        }
        #expect(transport.requests.count == steps.count)
        #expect(await store.statistics().entries == 0)
        #expect(!log.text.contains("/a"), "\(log.text)")
    }

    @Test("base64 is kept as the bytes that it stands for, and comes back as it was")
    func base64() async throws {
        let (tier, _) = try tier()
        let text = Array(Base64.encode(Self.png).utf8)
        let kept = try await tier.keep([.base64(text)], context: context)
        #expect(await store.content(of: kept[0].media.digest, in: nil)?.bytes == Self.png)
        let values = try await tier.values(
            of: kept, as: .base64, origin: nil, storedAt: time.now(), upTo: 1_000)
        #expect(values == [text])
        for wrong in ["", "a", "!!!!", "AAA=AAAA", "AB==", "A\n=="] {
            await #expect(throws: MediaProblem.self, "\(wrong)") {
                try await tier.keep([.base64(Array(wrong.utf8))], context: context)
            }
        }
    }

    @Test("without URLs of one's own the provider's is given only while it certainly works")
    func providerURL() async throws {
        let url = "https://api.example.com/b"
        let (tier, _) = try tier([Self.answer()], lifetime: .seconds(60))
        let storedAt = time.now()
        let kept = try await tier.keep([.url(url)], context: context)
        #expect(kept[0].source == url)
        func values() async throws -> [[UInt8]] {
            try await tier.values(of: kept, as: .url, origin: nil, storedAt: storedAt, upTo: 1_000)
        }
        #expect(try await values() == [Array(url.utf8)])
        time.advance(by: .seconds(60))
        await #expect(throws: MediaAbsence.self) { try await values() }
    }

    @Test("what is gone is gone, whatever the form")
    func gone() async throws {
        let (tier, _) = try tier()
        let kept = try await tier.keep([.base64(Base64.text(Self.png))], context: context)
        await store.removeAll()
        for form in [MediaForm.base64, .url] {
            await #expect(throws: MediaAbsence.evicted) {
                try await tier.values(of: kept, as: form, origin: "http://h", storedAt: time.now(), upTo: 99)
            }
        }
    }

    @Test("a store that fails is left alone for half a minute, and the log says so once")
    func pause() async throws {
        let (tier, _) = try tier(store: BrokenMedia())
        let source = [MediaSource.base64(Base64.text(Self.png))]
        for _ in 0..<5 {
            await #expect(throws: MediaProblem.self) { try await tier.keep(source, context: context) }
        }
        #expect(BrokenMedia.puts(of: log) == 1)
        time.advance(by: .seconds(31))
        await #expect(throws: MediaProblem.self) { try await tier.keep(source, context: context) }
        #expect(BrokenMedia.puts(of: log) == 1)
    }

    @Test("memory keeps every promise of the port")
    func contract() async throws {
        try await checkMediaStore { MemoryMedia(limitBytes: $0) }
    }
}

private struct FixedResolver: HostResolver {
    let found: [[UInt8]]

    func addresses(of host: String) async -> [[UInt8]] { found }
}

/// A store whose disk is full.
private struct BrokenMedia: MediaStore {
    static func puts(of log: CapturedLog) -> Int {
        log.lines.count { $0.message.contains("not kept") }
    }

    func put(_ content: any BodyReader) async throws -> Media { throw Failure(.storage, "The disk is full.") }
    func find(_ digest: MediaDigest) async throws -> Media? { nil }
    func content(of digest: MediaDigest, in range: Range<Int64>?) async throws -> Body? { nil }
    func remove(_ digest: MediaDigest) async throws {}
    func removeAll() async throws {}
    func statistics() async throws -> CacheStatistics.Tier {
        CacheStatistics.Tier(name: "media", entries: 0, bytes: 0, limitBytes: 0)
    }
}
