import HTTPTypes
import PennyweightLedger
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightMiddleware

/// Who sees whose answers, and how one call steers the cache: what other gateways got wrong, each by name.
@Suite("Cache, scopes and wishes", .timeLimit(.minutes(5)))
struct CacheScopeTests {
    private var scene = CacheScene()

    private func answers(_ count: Int) -> ScriptedTransport {
        ScriptedTransport((1...max(count, 1)).map { .answer(200, "\($0)") })
    }

    @Test("one account never finds another's answer, whatever its caller asks for")
    func accounts() async throws {
        let upstream = answers(8)
        let pipeline = scene.pipeline(upstream)
        _ = try await scene.ask(pipeline, account: "acme")
        for (name, value) in [
            ("x-pennyweight-cache-namespace", "acme"), ("cache-control", "max-stale"),
            ("x-pennyweight-replay", "replay-or-record"), ("x-pennyweight-replay-match", "standard"),
            ("x-pennyweight-replay-fields", "model"), ("x-pennyweight-account", "acme"),
        ] {
            var request = CacheScene.chat()
            request.set(name, value)
            #expect(
                try await scene.ask(pipeline, request, account: "other").facts.cache?.status != .hit,
                "\(name)")
            await scene.memory.removeAll(of: "other")
        }
    }

    @Test("accounts share where the configuration says so, and nowhere else")
    func shared() async throws {
        var scene = scene
        var settings = CacheSettings()
        settings.isShared = true
        scene.policy.accounts = ["acme": settings]
        let upstream = answers(4)
        let pipeline = scene.pipeline(upstream)
        #expect(try await scene.ask(pipeline, account: "acme/a").text == "1")
        #expect(try await scene.ask(pipeline, account: "acme/b").text == "1")
        #expect(try await scene.ask(pipeline, account: "other").text == "2")
        var strict = CacheScene.chat()
        strict.set("x-pennyweight-replay-match", "strict")
        #expect(try await scene.ask(pipeline, strict, account: "acme/a").text == "3")
        #expect(try await scene.ask(pipeline, strict, account: "acme/b").text == "4")
    }

    @Test("a hit on a shared answer is charged and reported to who asked")
    func sharedLine() async throws {
        var scene = scene
        scene.policy.defaults.isShared = true
        let pipeline = scene.pipeline(answers(1))
        _ = try await scene.ask(pipeline, account: "a")
        _ = try await scene.ask(pipeline, account: "b")
        #expect(scene.ledger.savings.map(\.subject.account) == ["b"])
    }

    @Test("a shared recording can't be pinned across accounts")
    func sharedPinned() async throws {
        var scene = scene
        scene.policy.defaults.isShared = true
        let pipeline = scene.pipeline(answers(1))
        let id = try #require(try await scene.ask(pipeline, account: "a").facts.cache?.recording)
        var request = CacheScene.chat()
        request.set("x-pennyweight-replay-recording", "rec_\(id)")
        #expect(try await scene.ask(pipeline, request, account: "b").status == 404)
    }

    @Test("a caller's namespace parts its answers from all others")
    func namespaces() async throws {
        let upstream = answers(3)
        let pipeline = scene.pipeline(upstream)
        var named = CacheScene.chat()
        named.set("x-pennyweight-cache-namespace", "n")
        #expect(try await scene.ask(pipeline).text == "1")
        #expect(try await scene.ask(pipeline, named).text == "2")
        #expect(try await scene.ask(pipeline, named).text == "2")
        var configured = scene
        configured.policy.namespace = "n"
        #expect(try await configured.ask(configured.pipeline(upstream)).text == "3")
    }

    @Test("LiteLLM's member of the body steers the cache, is not in the key, and never goes upstream")
    func litellm() async throws {
        let upstream = answers(3)
        let pipeline = scene.pipeline(upstream)
        let asking = { (cache: String) in CacheScene.chat(#"{"model":"m", "cache":\#(cache),"messages":[]}"#)
        }
        #expect(try await scene.ask(pipeline, asking(#"{"ttl":60}"#)).text == "1")
        #expect(upstream.requests.first?.body.bytes == Array(#"{"model":"m","messages":[]}"#.utf8))
        #expect(try await scene.ask(pipeline).text == "1")
        let anew = try await scene.ask(pipeline, asking(#"{"no-cache":true}"#))
        #expect(anew.text == "2")
        #expect(anew.facts.header == "Pennyweight; fwd=request; stored")
        let unkept = try await scene.ask(pipeline, asking(#"{"no-store":true}"#))
        #expect(unkept.text == "3")
        #expect(unkept.facts.header == "Pennyweight; fwd=request; detail=no-store")
        #expect(try await scene.ask(pipeline).text == "2")
        scene.time.advance(by: .seconds(10))
        #expect(try await scene.ask(pipeline, asking(#"{"s-maxage":10}"#)).text == "2")
    }

    @Test("another member of that name is the provider's, and is in the key")
    func otherMember() async throws {
        let upstream = answers(2)
        let pipeline = scene.pipeline(upstream)
        let body = #"{"model":"m","cache":{"type":"ephemeral"},"messages":[]}"#
        #expect(try await scene.ask(pipeline, CacheScene.chat(body)).text == "1")
        #expect(upstream.requests.first?.body.bytes == Array(body.utf8))
        #expect(try await scene.ask(pipeline).text == "2")
    }

    @Test("a header is stronger than the body, and the body than what the program says")
    func precedence() async throws {
        let pipeline = scene.pipeline(answers(3))
        var context = scene.context()
        context[CacheWishes.self].namespace = "program"
        let first = try await pipeline.send(CacheScene.chat(), context: context)
        _ = try await first.body.collect(upTo: 100)
        let body = #"{"model":"m","messages":[],"cache":{"namespace":"body"}}"#
        let inBody = try await pipeline.send(CacheScene.chat(body), context: context)
        #expect(inBody.facts.cache?.status == .miss(.absent))
        var request = CacheScene.chat(body)
        request.set("x-pennyweight-cache-namespace", "program")
        let inHeader = try await pipeline.send(request, context: context)
        #expect(inHeader.facts.cache?.status == .hit)
    }

    @Test("a program's own wishes reach the stage through the context")
    func context() async throws {
        let upstream = answers(1)
        var context = scene.context()
        context[CacheWishes.self].mode = .replayOrError
        let response = try await scene.pipeline(upstream).send(CacheScene.chat(), context: context)
        #expect(response.status == .notFound)
        #expect(upstream.requests.isEmpty)
    }

    @Test("where only deterministic questions are taken, the others are neither looked up nor kept")
    func admission() async throws {
        var scene = scene
        scene.policy.defaults.admission = .deterministic
        let pipeline = scene.pipeline(answers(3))
        for text in ["1", "2"] {
            let answer = try await scene.ask(pipeline)
            #expect(answer.text == text)
            #expect(answer.facts.header == "Pennyweight; fwd=bypass; detail=not-deterministic")
        }
        let seeded = CacheScene.chat(#"{"model":"m","messages":[],"seed":1}"#)
        #expect(try await scene.ask(pipeline, seeded).text == "3")
        #expect(try await scene.ask(pipeline, seeded).text == "3")
    }

    @Test("who a request is for parts answers, unless the configuration says otherwise")
    func attribution() async throws {
        let bodies = ["1", "2"].map { CacheScene.chat(#"{"model":"m","messages":[],"user":"\#($0)"}"#) }
        let keyed = scene.pipeline(answers(2))
        #expect(try await scene.ask(keyed, bodies[0]).text == "1")
        #expect(try await scene.ask(keyed, bodies[1]).text == "2")
        var scene = CacheScene()
        scene.policy.defaults.ignoresAttribution = true
        let ignored = scene.pipeline(answers(2))
        #expect(try await scene.ask(ignored, bodies[0]).text == "1")
        #expect(try await scene.ask(ignored, bodies[1]).text == "1")
    }

    @Test("a rule that turns the cache off for a model holds against its callers")
    func offForModel() async throws {
        var scene = scene
        var condition = CacheRule.Condition()
        condition.model = ModelPattern("m*")
        var settings = CacheSettings()
        settings.mode = .off
        scene.policy.rules = [CacheRule(condition, settings)]
        let pipeline = scene.pipeline(answers(2))
        var request = CacheScene.chat()
        request.set("x-pennyweight-replay", "record")
        #expect(try await scene.ask(pipeline, request).facts.header == "Pennyweight; fwd=bypass; detail=off")
        #expect(scene.memory.count == 0)
    }

    @Test("a rule that never asks the provider holds against its callers")
    func offline() async throws {
        var scene = scene
        scene.policy.defaults.mode = .replayOrError
        let upstream = answers(1)
        for mode in ["off", "record", "replay-or-live", "replay-or-record"] {
            var request = CacheScene.chat()
            request.set("x-pennyweight-replay", mode)
            #expect(try await scene.ask(scene.pipeline(upstream), request).status == 404)
        }
        var request = CacheScene.chat(cacheControl: "no-cache")
        request.set("x-pennyweight-replay", "replay-or-record")
        #expect(try await scene.ask(scene.pipeline(upstream), request).status == 404)
        #expect(upstream.requests.isEmpty)
    }

    @Test("a cache that is off keeps nothing, and still asks nobody when it must not")
    func off() async throws {
        var scene = scene
        scene.policy = .off
        scene.format.mocks = true
        let upstream = answers(1)
        let pipeline = scene.pipeline(upstream, store: NoCache())
        #expect(try await scene.ask(pipeline).facts.header == "Pennyweight; fwd=bypass; detail=off")
        for (mode, status) in [("replay-or-error", 404), ("mock", 200), ("replay-or-mock", 200)] {
            var request = CacheScene.chat()
            request.set("x-pennyweight-replay", mode)
            #expect(try await scene.ask(pipeline, request).status == status)
        }
        #expect(upstream.requests.count == 1)
    }

    @Test("what a method changes is never looked up, and says so")
    func method() async throws {
        let pipeline = scene.pipeline(answers(1))
        #expect(
            try await scene.ask(pipeline, Request(.delete, "/chat/completions")).facts.header
                == "Pennyweight; fwd=method")
    }

    @Test("hit and miss tell the same things of themselves")
    func sameFacts() async throws {
        let pipeline = scene.pipeline(answers(1))
        let miss = try #require(try await scene.ask(pipeline).facts.cache)
        let hit = try #require(try await scene.ask(pipeline).facts.cache)
        #expect(hit.key == miss.key && hit.key != nil)
        #expect(hit.recording == miss.recording && hit.recording != nil)
    }

    @Test("the entry holds what it can be found and purged by")
    func entry() async throws {
        var scene = scene
        scene.policy.namespace = "blue"
        var request = CacheScene.chat()
        request.set("x-pennyweight-cache-tags", "suite=login")
        var context = scene.context()
        context.tags = ["team": "red"]
        let response = try await scene.pipeline(answers(1)).send(request, context: context)
        _ = try await response.body.collect(upTo: 100)
        let entry = try #require(await scene.memory.entry(named: context.id))
        #expect(entry.tags == ["team": "red", "suite": "login"])
        #expect(entry.namespace == "blue")
        #expect(entry.id == context.id)
    }
}

extension MemoryCache {
    fileprivate func removeAll(of account: String) async {
        var selection = CacheSelection()
        selection.account = account
        _ = await remove(selection)
    }
}
