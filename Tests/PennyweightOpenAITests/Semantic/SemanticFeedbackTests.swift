import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("Semantic look-up: learning from feedback", .timeLimit(.minutes(5)))
struct SemanticFeedbackTests {
    private let scene = SemanticScene()

    init() {
        scene.upstream.place("one", cosine: 1)
        for (number, name) in SemanticFeedbackTests.names.enumerated() {
            scene.upstream.place(name, cosine: 0.985 - Double(number) * 1e-5)
        }
    }

    private static let names = (0..<200).map { number in
        // Words without digits, which would part them.
        "question "
            + String(number).map { String(UnicodeScalar(UInt8(ascii: "a") + $0.asciiValue! - 48)) }.joined()
    }

    @Test("one wrong answer closes the neighbourhood; the entry itself stays, and so do others")
    func wrong() async throws {
        let pipeline = try scene.pipeline()
        _ = try await scene.ask(pipeline, SemanticScene.chat("one"))
        let names = SemanticFeedbackTests.names
        let hit = try await scene.ask(pipeline, SemanticScene.chat(names[0]))
        let id = try #require(hit.facts.outcome?.semantic?.hit)
        _ = try await scene.vectors.judge(id, of: nil, isCorrect: false, account: "default")
        let next = try await scene.ask(pipeline, SemanticScene.chat(names[1]))
        #expect(next.facts.header == "Pennyweight; fwd=uri-miss; stored; detail=semantic-unproven")
        #expect(try await scene.ask(pipeline, SemanticScene.chat("one")).answer.cacheStatus == "hit")
    }

    @Test("where evidence is required, equal answers to what is asked for anyway earn it")
    func earned() async throws {
        var scene = scene
        scene.policies.semantic.requiresFeedback = true
        scene.policies.semantic.maximumErrorRate = 0.2
        scene.upstream.say("Yes.")
        let pipeline = try scene.pipeline()
        _ = try await scene.ask(pipeline, SemanticScene.chat("one"))
        var served = 0
        for name in SemanticFeedbackTests.names.prefix(30) {
            let status = try await scene.ask(pipeline, SemanticScene.chat(name)).answer.cacheStatus
            if status == "semantic" { served += 1 }
        }
        // 14 equal answers prove that at most a fifth is wrong.
        #expect(BinomialBound.proof(of: 0.2, confidence: 0.95) == 14)
        #expect(served == 30 - 14)
        #expect(scene.upstream.chats == 1 + 14)
    }

    @Test("different answers are evidence against it")
    func different() async throws {
        var scene = scene
        scene.policies.semantic.requiresFeedback = true
        scene.policies.semantic.maximumErrorRate = 0.2
        let pipeline = try scene.pipeline()
        _ = try await scene.ask(pipeline, SemanticScene.chat("one"))
        for name in SemanticFeedbackTests.names.prefix(40) {
            #expect(try await scene.ask(pipeline, SemanticScene.chat(name)).answer.cacheStatus == "miss")
        }
    }

    @Test("a share of what might be served is asked for anyway, and compared")
    func explores() async throws {
        var scene = scene
        scene.policies.semantic.explorePerMille = 200
        scene.upstream.say("Yes.")
        let pipeline = try scene.pipeline()
        _ = try await scene.ask(pipeline, SemanticScene.chat("one"))
        var explored = 0
        for name in SemanticFeedbackTests.names {
            let facts = try await scene.ask(pipeline, SemanticScene.chat(name)).facts
            if facts.header.contains("semantic-explored") { explored += 1 }
        }
        #expect((15...70).contains(explored), "\(explored)")
        #expect(scene.upstream.chats == 1 + explored)
    }
}
