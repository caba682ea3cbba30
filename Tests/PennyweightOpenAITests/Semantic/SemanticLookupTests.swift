import HTTPTypes
import PennyweightLedger
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("Semantic look-up, in the standard stages", .timeLimit(.minutes(5)))
struct SemanticLookupTests {
    private let scene = SemanticScene()

    init() {
        scene.upstream.place("how do I reset my password", cosine: 1)
        scene.upstream.place("please help me reset my password", cosine: 0.985)
        scene.upstream.place("how do I change my address", cosine: 0.9)
    }

    @Test("the stage stands right inside the cache, and not at all without a store for vectors")
    func order() throws {
        #expect(try scene.pipeline().description.contains("→ Cache → SemanticLookup → Retry →"))
    }

    @Test("a similar question gets the stored answer, labelled, free, and never as an entry of its own")
    func hit() async throws {
        let pipeline = try scene.pipeline()
        let first = try await scene.ask(pipeline, SemanticScene.chat("how do I reset my password"))
        #expect(first.facts.header == "Pennyweight; fwd=uri-miss; stored; detail=semantic-nothing-similar")
        let similar = SemanticScene.chat("please help me reset my password")
        for _ in 0..<2 {
            let second = try await scene.ask(pipeline, similar)
            #expect(second.answer.text == "Answer 1.")
            #expect(
                second.facts.header == "Pennyweight; hit; ttl=86400; detail=semantic; similarity=0.985")
            #expect(second.answer.cacheStatus == "semantic" && second.facts.attempts == 0)
            #expect(second.answer.cost == .nothing && second.answer.saved == first.answer.cost)
            #expect(second.facts.outcome?.semantic?.entry == first.facts.outcome?.recording)
            #expect(second.facts.outcome?.age == .zero)
        }
        let third = try await scene.ask(pipeline, SemanticScene.chat("how do I change my address"))
        #expect(third.answer.text == "Answer 2.")
        #expect(scene.upstream.chats == 2 && scene.upstream.embedded.count == 3)
        #expect(scene.ledger.savings.filter { $0.source == .semantic }.count == 2)
        #expect(await scene.cache.statistics().entries == 2 + 3)
        let exact = try await scene.ask(pipeline, SemanticScene.chat("how do I reset my password"))
        #expect(exact.answer.cacheStatus == "hit")
    }

    @Test("a stream is answered as one")
    func streams() async throws {
        let pipeline = try scene.pipeline()
        _ = try await scene.ask(pipeline, SemanticScene.chat("how do I reset my password"))
        let second = try await scene.ask(
            pipeline, SemanticScene.chat("please help me reset my password", more: #","stream":true"#))
        #expect(second.answer.text == "Answer 1." && second.answer.cacheStatus == "semantic")
    }

    @Test("identical calls at the same time, similar to a stored one: nobody asks the provider")
    func concurrent() async throws {
        let pipeline = try scene.pipeline()
        _ = try await scene.ask(pipeline, SemanticScene.chat("how do I reset my password"))
        try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await scene.ask(pipeline, SemanticScene.chat("please help me reset my password"))
                        .answer.cacheStatus
                }
            }
            for try await status in group { #expect(status == "semantic") }
        }
        #expect(scene.upstream.chats == 1 && scene.upstream.embedded.count == 2)
    }

    @Test("whatever else differs is another question")
    func partitions() async throws {
        let (one, two) = ("how do I reset my password", "please help me reset my password")
        scene.upstream.place("please help me reset my password 7", cosine: 0.99)
        let pipeline = try scene.pipeline()
        _ = try await scene.ask(pipeline, SemanticScene.chat(one))
        let others: [(Request, String, [String: String])] = [
            (SemanticScene.chat(two, system: "Be brief!"), "default", [:]),
            (SemanticScene.chat(two, model: "gpt-4o"), "default", [:]),
            (SemanticScene.chat(two, more: #","temperature":0.5"#), "default", [:]),
            (SemanticScene.chat(two, more: #","user":"u1""#), "default", [:]),
            (SemanticScene.chat(two, more: #","max_tokens":9"#), "default", [:]),
            (SemanticScene.chat(two, more: #","n":1"#), "default", [:]),
            (SemanticScene.chat(two, more: #","unheard_of":null"#), "default", [:]),
            (SemanticScene.chat(two), "other", [:]), (SemanticScene.chat(two), "default/below", [:]),
            (SemanticScene.chat(two), "default", ["x-pennyweight-cache-namespace": "blue"]),
            (SemanticScene.chat(two), "default", ["openai-organization": "o"]),
            (SemanticScene.chat("please help me reset my password 7"), "default", [:]),
        ]
        for (number, other) in others.enumerated() {
            let answer = try await scene.ask(pipeline, other.0, other.1, fields: other.2).answer
            #expect(answer.cacheStatus == "miss", "number \(number)")
        }
        #expect(scene.upstream.chats == 1 + others.count)
        #expect(
            try await scene.ask(pipeline, SemanticScene.chat(two)).answer.cacheStatus == "semantic")
    }

    @Test(
        "callers turn it off, on, and sharper",
        arguments: [
            (["x-pennyweight-replay-match": "standard"], "miss"), (["cache-control": "no-cache"], "miss"),
            (["x-pennyweight-cache-similarity": "0.99"], "miss"),
            (["x-pennyweight-replay-match": "strict"], "miss"),
            (["x-pennyweight-replay": "record"], "miss"), (["cache-control": "max-age=0"], "miss"),
            (["cache-control": "no-store"], "bypass"), (["x-pennyweight-replay": "off"], "bypass"),
            (["x-pennyweight-replay-match": "semantic"], "semantic"),
            (["x-pennyweight-cache-similarity": "0.5"], "semantic"),
            (["x-pennyweight-replay": "replay-or-live"], "semantic"), ([:], "semantic"),
        ])
    func callers(fields: [String: String], expected: String) async throws {
        let pipeline = try scene.pipeline()
        _ = try await scene.ask(pipeline, SemanticScene.chat("how do I reset my password"))
        let answer = try await scene.ask(
            pipeline, SemanticScene.chat("please help me reset my password"), fields: fields
        ).answer
        #expect(answer.cacheStatus == expected)
    }

    @Test("where callers must ask for it, those who don't get nothing")
    func asked() async throws {
        var scene = scene
        scene.policies.cache.defaults.semantic = .asked
        let pipeline = try scene.pipeline()
        let wish = ["x-pennyweight-replay-match": "semantic"]
        _ = try await scene.ask(pipeline, SemanticScene.chat("how do I reset my password"), fields: wish)
        let similar = SemanticScene.chat("please help me reset my password")
        #expect(try await scene.ask(pipeline, similar, fields: wish).answer.cacheStatus == "semantic")
        #expect(try await scene.ask(pipeline, similar).answer.cacheStatus == "miss")
        scene.policies.cache.defaults.semantic = .off
        let off = try scene.pipeline()
        let other = SemanticScene.chat("please help me reset my password", system: "x")
        #expect(try await scene.ask(off, other, fields: wish).answer.cacheStatus == "miss")
        #expect(scene.upstream.embedded.count == 2)
    }

    @Test("an expired answer is not served, and its successor is found again")
    func expires() async throws {
        var scene = scene
        scene.policies.cache.timeToLive = .seconds(60)
        let pipeline = try scene.pipeline()
        _ = try await scene.ask(pipeline, SemanticScene.chat("how do I reset my password"))
        scene.time.advance(by: .seconds(61))
        let similar = SemanticScene.chat("please help me reset my password", more: #","stream":false"#)
        let second = try await scene.ask(pipeline, SemanticScene.chat("how do I reset my password"))
        #expect(second.answer.cacheStatus == "miss" && second.facts.header.contains("fwd=stale"))
        #expect(try await scene.ask(pipeline, similar).answer.text == "Answer 2.")
        scene.time.advance(by: .seconds(61))
        #expect(try await scene.ask(pipeline, similar).answer.text == "Answer 3.")
    }

    @Test("an entry that was purged is not served, and its vector goes")
    func purged() async throws {
        let pipeline = try scene.pipeline()
        _ = try await scene.ask(pipeline, SemanticScene.chat("how do I reset my password"))
        _ = await scene.cache.remove(CacheSelection())
        #expect(try await scene.vectors.vectorCount() == 1)
        let similar = try await scene.ask(
            pipeline, SemanticScene.chat("please help me reset my password"))
        #expect(similar.answer.cacheStatus == "miss")
        #expect(try await scene.vectors.vectorCount() == 1)
    }
}
