import HTTPTypes
import Logging
import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("Cache", .timeLimit(.minutes(5)))
struct CacheTests {
    private var scene = CacheScene()
    private static let answer = #"{"text":"four"}"#

    private func answers(_ count: Int = 1) -> ScriptedTransport {
        ScriptedTransport(Array(repeating: .answer(200, CacheTests.answer), count: count))
    }

    @Test("a second identical request is a hit, and costs nothing")
    func hit() async throws {
        let upstream = answers()
        let pipeline = scene.pipeline(upstream)
        let first = try await scene.ask(pipeline)
        #expect(first.text == CacheTests.answer)
        #expect(first.facts.attempts == 1)
        #expect(first.facts.header == "Pennyweight; fwd=uri-miss; stored")
        #expect(first.facts.cache?.storing?.result == .stored)
        scene.time.advance(by: .seconds(90))
        let second = try await scene.ask(pipeline, CacheScene.chat(#"{"messages":[ ], "model":"\u006d"}"#))
        #expect(second.text == CacheTests.answer)
        #expect(second.facts.attempts == 0)
        #expect(second.facts.header == "Pennyweight; hit; ttl=86310")
        #expect(second.facts.cache?.ageValue == "90")
        #expect(second.facts.cache?.key == first.facts.cache?.key)
        #expect(
            second.facts.statement
                == Receipt.Statement(
                    cost: .nothing, saved: .exact(Money(picos: 42_000_000)), provider: "scripted",
                    model: "m-2026-01-01",
                    usage: Usage(tokens: TokenUsage(input: 3, output: 5))))
        #expect(upstream.requests.count == 1)
    }

    @Test("a hit leaves one line with what it avoided")
    func saving() async throws {
        let pipeline = scene.pipeline(answers())
        _ = try await scene.ask(pipeline)
        #expect(scene.ledger.savings.isEmpty)
        var context = scene.context()
        context.tags = ["team": "red"]
        context[KeyLabel.self] = "key-1"
        _ = try await pipeline.send(CacheScene.chat(), context: context)
        await scene.settle()
        #expect(
            scene.ledger.savings == [
                Saving(
                    callID: context.id,
                    subject: Subject(
                        account: "default", key: "key-1", tags: ["team": "red"], provider: "scripted",
                        model: "m",
                        route: "/chat/completions"),
                    source: .hit, usage: Usage(tokens: TokenUsage(input: 3, output: 5)),
                    avoided: .exact(Money(picos: 42_000_000)), executedModel: "m-2026-01-01",
                    at: scene.time.now(), duration: .zero)
            ])
    }

    @Test("a ledger that can't be written costs the line and not the hit, and is logged")
    func brokenLedger() async throws {
        let pipeline = scene.pipeline(answers())
        _ = try await scene.ask(pipeline)
        scene.ledger.breakDown()
        #expect(try await scene.ask(pipeline).facts.cache?.status == .hit)
        await scene.settle()
        #expect(scene.log.lines.map(\.level) == [.warning])
    }

    @Test("with no room in the background the line is written before the answer")
    func lineWithoutBackground() async throws {
        _ = try await scene.ask(scene.pipeline(answers()))
        let full = scene.pipeline(answers(0), background: BackgroundTasks(limit: 0))
        #expect(try await scene.ask(full).facts.cache?.status == .hit)
        #expect(scene.ledger.savings.count == 1)
    }

    @Test("what was not metered is not accounted as a hit either")
    func unmetered() async throws {
        let pipeline = scene.pipeline(answers(), metered: false)
        let models = Request(.get, "/models")
        _ = try await scene.ask(pipeline, models)
        let hit = try await scene.ask(pipeline, models)
        #expect(hit.facts.cache?.status == .hit)
        #expect(hit.facts.statement == nil)
        await scene.settle()
        #expect(scene.ledger.savings.isEmpty)
    }

    @Test(
        "an estimated or unknown cost is stored as it is",
        arguments: [
            Cost.unknown(reason: "no price"),
            .estimated(lower: .zero, upper: Money(picos: 9), reason: "no usage"),
        ])
    func inexact(cost: Cost) async throws {
        let pipeline = Pipeline(to: answers()) {
            Cache(
                store: scene.memory, format: scene.format, provider: "scripted", base: "",
                ledger: scene.ledger,
                time: scene.time, background: scene.background)
            ReceiptStage(cost: cost)
        }
        _ = try await scene.ask(pipeline)
        #expect(try await scene.ask(pipeline).facts.statement?.saved == cost)
    }

    @Test("another account, namespace, query, keyed header or provider is another question")
    func scopes() async throws {
        let upstream = answers(5)
        _ = try await scene.ask(scene.pipeline(upstream))
        #expect(
            try await scene.ask(scene.pipeline(upstream), account: "other").facts.cache?.status
                == .miss(.absent))
        var other = scene
        other.policy.namespace = "blue"
        #expect(try await scene.ask(other.pipeline(upstream)).facts.cache?.status == .miss(.absent))
        var request = CacheScene.chat()
        request.head.path = "/chat/completions?api-version=2"
        #expect(try await scene.ask(scene.pipeline(upstream), request).facts.cache?.status == .miss(.absent))
        request = CacheScene.chat()
        request.head.headerFields[HTTPField.Name("OpenAI-Beta")!] = "x"
        #expect(try await scene.ask(scene.pipeline(upstream), request).facts.cache?.status == .miss(.absent))
        request.head.headerFields = [.userAgent: "whatever"]
        #expect(try await scene.ask(scene.pipeline(upstream), request).facts.cache?.status == .hit)
    }

    @Test("after its time an entry is asked for anew, and replaced")
    func expiry() async throws {
        let upstream = answers(2)
        let pipeline = scene.pipeline(upstream)
        _ = try await scene.ask(pipeline)
        scene.time.advance(by: .seconds(86_400))
        #expect(try await scene.ask(pipeline).facts.header == "Pennyweight; fwd=stale; stored")
        #expect(try await scene.ask(pipeline).facts.cache?.status == .hit)
    }

    @Test("a clock that is set back far makes an entry stale")
    func clockSetBack() async throws {
        let pipeline = scene.pipeline(answers(2))
        _ = try await scene.ask(pipeline)
        scene.time.jump(to: scene.time.now() - .seconds(86_400 * 30))
        #expect(try await scene.ask(pipeline).facts.cache?.status == .miss(.stale))
    }

    @Test("no-store neither reads nor stores")
    func noStore() async throws {
        let upstream = answers(3)
        let pipeline = scene.pipeline(upstream)
        let first = try await scene.ask(pipeline, CacheScene.chat(cacheControl: "No-Store"))
        #expect(first.facts.header == "Pennyweight; fwd=request; detail=no-store")
        #expect(scene.memory.count == 0)
        _ = try await scene.ask(pipeline)
        #expect(try await scene.ask(pipeline, CacheScene.chat(cacheControl: "no-store")).facts.attempts == 1)
    }

    @Test("no-cache asks anew and stores the new answer")
    func noCache() async throws {
        let upstream = ScriptedTransport([.answer(200, "1"), .answer(200, "2")])
        let pipeline = scene.pipeline(upstream)
        _ = try await scene.ask(pipeline)
        let fresh = try await scene.ask(pipeline, CacheScene.chat(cacheControl: "no-cache"))
        #expect(fresh.text == "2")
        #expect(fresh.facts.header == "Pennyweight; fwd=request; stored")
        #expect(try await scene.ask(pipeline).text == "2")
    }

    @Test("max-age refuses an older answer")
    func maximumAge() async throws {
        let pipeline = scene.pipeline(answers(2))
        _ = try await scene.ask(pipeline)
        scene.time.advance(by: .seconds(10))
        #expect(
            try await scene.ask(pipeline, CacheScene.chat(cacheControl: "max-age=10")).facts.attempts == 0)
        #expect(try await scene.ask(pipeline, CacheScene.chat(cacheControl: "max-age=9")).facts.attempts == 1)
    }

    @Test("only-if-cached answers from the cache or with 504, and never asks")
    func onlyIfCached() async throws {
        let upstream = answers(1)
        let pipeline = scene.pipeline(upstream)
        let missing = try await scene.ask(pipeline, CacheScene.chat(cacheControl: "only-if-cached"))
        #expect(missing.status == 504)
        #expect(missing.facts.attempts == 0)
        #expect(missing.facts.header == "Pennyweight; detail=only-if-cached")
        let refused = CacheScene.chat(#"{"a":1,"a":1}"#, cacheControl: "only-if-cached")
        #expect(try await scene.ask(pipeline, refused).status == 504)
        #expect(upstream.requests.isEmpty)
        _ = try await scene.ask(pipeline)
        #expect(try await scene.ask(pipeline, CacheScene.chat(cacheControl: "only-if-cached")).status == 200)
    }

    @Test(
        "what has no key goes through uncached, and says why",
        arguments: [
            (#"{"a":1,"a":2}"#, "duplicate-name"), (#"{"a":"\ud800"}"#, "lone-surrogate"),
            ("{", "malformed-body"),
        ])
    func bypass(body: String, reason: String) async throws {
        let pipeline = scene.pipeline(answers(2))
        for _ in 0..<2 {
            let answer = try await scene.ask(pipeline, CacheScene.chat(body))
            #expect(answer.facts.header == "Pennyweight; fwd=bypass; detail=\(reason)")
            #expect(answer.facts.attempts == 1)
        }
        #expect(scene.memory.count == 0)
    }

    @Test("a request body that is not in memory, and an unknown route, go through uncached")
    func otherBypasses() async throws {
        let pipeline = scene.pipeline(answers(2))
        var request = CacheScene.chat()
        request.body = Body(once: ScriptedReader(chunks: ["{}"]))
        #expect(
            try await scene.ask(pipeline, request).facts.header
                == "Pennyweight; fwd=bypass; detail=streamed-request")
        #expect(
            try await scene.ask(pipeline, Request(.get, "/jobs/1")).facts.header
                == "Pennyweight; fwd=bypass; detail=not-storable")
    }

    @Test("errors and other statuses are never stored", arguments: [201, 206, 301, 400, 404, 429, 500, 503])
    func otherStatuses(status: Int) async throws {
        let pipeline = scene.pipeline(ScriptedTransport([.answer(status, "{}"), .answer(200, "{}")]))
        #expect(try await scene.ask(pipeline).facts.header == "Pennyweight; fwd=uri-miss")
        #expect(try await scene.ask(pipeline).facts.attempts == 1)
    }

    @Test("what the pipeline below throws passes as it is")
    func failure() async throws {
        let pipeline = scene.pipeline(ScriptedTransport([.fail(CancellationError())]))
        await #expect(throws: CancellationError.self) { try await scene.ask(pipeline) }
    }

    @Test("a store that can't be read makes the call a miss")
    func unreadable() async throws {
        let pipeline = scene.pipeline(answers(), store: FaultyStore(.read))
        let answer = try await scene.ask(pipeline)
        #expect(answer.text == CacheTests.answer)
        #expect(answer.facts.header == "Pennyweight; fwd=miss; stored; detail=store-failed")
    }

    @Test("a store that can't be written doesn't hurt the answer")
    func unwritable() async throws {
        let pipeline = scene.pipeline(answers(), store: FaultyStore(.write))
        let answer = try await scene.ask(pipeline)
        #expect(answer.text == CacheTests.answer)
        #expect(answer.facts.cache?.storing?.result == .failed)
    }

    @Test(
        "an entry with another canonical body, or of another account, is not served",
        arguments: [true, false])
    func mismatch(isDigest: Bool) async throws {
        let pipeline = scene.pipeline(answers(2))
        let key = try #require(try await scene.ask(pipeline).facts.cache?.key)
        var entry = try #require(await scene.memory.entry(for: key))
        if isDigest { entry.canonicalDigest[0] ^= 1 } else { entry.account = "other" }
        await scene.memory.store(entry, for: key)
        #expect(
            try await scene.ask(pipeline).facts.header == "Pennyweight; fwd=miss; stored; detail=mismatch")
        #expect(try await scene.ask(pipeline).facts.cache?.status == .hit)
    }

    @Test("an entry that can't be unfolded is a miss")
    func unusable() async throws {
        let upstream = answers(2)
        _ = try await scene.ask(scene.pipeline(upstream))
        var broken = scene
        broken.format.unfolds = false
        #expect(try await scene.ask(broken.pipeline(upstream)).facts.cache?.status == .miss(.unusable))
    }

    @Test("the entry holds what is needed to account for a hit")
    func entry() async throws {
        let key = try #require(try await scene.ask(scene.pipeline(answers())).facts.cache?.key)
        let entry = try #require(await scene.memory.entry(for: key))
        #expect(entry.account == "default")
        #expect(entry.route == "/chat/completions")
        #expect(entry.model == "m")
        #expect(entry.executedModel == "m-2026-01-01")
        #expect(entry.provider == "scripted")
        #expect(entry.cost == .exact(Money(picos: 42_000_000)))
        #expect(entry.storedAt == scene.time.now())
        #expect(entry.expiresAt == scene.time.now() + .seconds(86_400))
    }
}
