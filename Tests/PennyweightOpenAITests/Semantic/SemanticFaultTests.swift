import HTTPTypes
import PennyweightLedger
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("Semantic look-up: whatever goes wrong is a plain miss", .timeLimit(.minutes(5)))
struct SemanticFaultTests {
    private let scene = SemanticScene()

    init() {
        scene.upstream.place("one", cosine: 1)
        scene.upstream.place("two", cosine: 0.99)
    }

    private static func list(_ data: String, more: String = "") -> String {
        #"{"object":"list","data":[\#(data)],"model":"m"\#(more)}"#
    }

    @Test(
        "a provider that refuses, fails or lies about vectors",
        arguments: [
            VectorProvider.Mood.refuses(500), .refuses(404), .refuses(429), .fails, .says("no JSON"),
            .says(""), .says("{}"), .says(list("")), .says(list(#"{"index":0,"embedding":[]}"#)),
            .says(list(#"{"index":0,"embedding":[0,0]}"#)),
            .says(list(#"{"index":0,"embedding":[NaN,1]}"#)),
            .says(list(#"{"index":0,"embedding":[1e999,1]}"#)),
            .says(list(#"{"index":0,"embedding":["1",1]}"#)),
            .says(list(#"{"index":0,"embedding":[1]},{"index":1,"embedding":[1]}"#)),
            .says(list(#"{"index":0,"embedding":[1,0]}"#, more: #","error":{"message":"x"}"#)),
            .says(list(#"{"index":0,"embedding":"AAAA"}"#)),
        ])
    func lies(mood: VectorProvider.Mood) async throws {
        let pipeline = try scene.pipeline()
        scene.upstream.set(mood)
        let first = try await scene.ask(pipeline, SemanticScene.chat("one"))
        #expect(first.facts.header == "Pennyweight; fwd=uri-miss; stored; detail=semantic-no-vector")
        #expect(try await scene.vectors.vectorCount() == 0)
        #expect(try await scene.ask(pipeline, SemanticScene.chat("one")).answer.cacheStatus == "hit")
    }

    @Test("vectors of other dimensions than were asked for are none")
    func dimensions() async throws {
        var scene = scene
        scene.policies.semantic.dimensions = 3
        let pipeline = try scene.pipeline()
        let first = try await scene.ask(pipeline, SemanticScene.chat("one"))
        #expect(first.facts.header.contains("semantic-no-vector"))
    }

    @Test("vectors of another model behind the name, or of other dimensions, never meet")
    func otherModel() async throws {
        let pipeline = try scene.pipeline()
        _ = try await scene.ask(pipeline, SemanticScene.chat("one"))
        scene.upstream.set(.says(SemanticFaultTests.list(#"{"index":0,"embedding":[1,0]}"#)))
        #expect(try await scene.ask(pipeline, SemanticScene.chat("two")).answer.cacheStatus == "miss")
        scene.upstream.set(.says(SemanticFaultTests.list(#"{"index":0,"embedding":[1,0,0]}"#)))
        #expect(try await scene.ask(pipeline, SemanticScene.chat("three")).answer.cacheStatus == "miss")
        #expect(try await scene.vectors.vectorCount() == 3)
    }

    @Test("a call for a vector that hangs is cut at its bound")
    func hangs() async throws {
        let pipeline = try scene.pipeline()
        scene.upstream.set(.hangs)
        async let answer = scene.ask(pipeline, SemanticScene.chat("one"))
        await scene.upstream.untilEmbedding()
        scene.time.advance(by: .seconds(3))
        #expect(try await answer.facts.header.contains("semantic-no-vector"))
    }

    @Test("a caller who leaves ends the call for the vector, and nothing is asked for after that")
    func cancelled() async throws {
        let pipeline = try scene.pipeline()
        scene.upstream.set(.hangs)
        let task = Task { try await scene.ask(pipeline, SemanticScene.chat("one")).answer.text }
        await scene.upstream.untilEmbedding()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        for _ in 0..<1_000 { await Task.yield() }
        #expect(scene.upstream.chats == 0)
    }

    @Test("every operation of the store of vectors may fail", arguments: FaultyVectors.Operation.allCases)
    func store(operation: FaultyVectors.Operation) async throws {
        var scene = scene
        scene.vectors = FaultyVectors(operation)
        let pipeline = try scene.pipeline()
        let first = try await scene.ask(pipeline, SemanticScene.chat("one"))
        #expect(first.answer.cacheStatus == "miss")
        let second = try await scene.ask(pipeline, SemanticScene.chat("two"))
        #expect(["miss", "semantic"].contains(second.answer.cacheStatus ?? ""))
        #expect(["Answer 1.", "Answer 2."].contains(second.answer.text))
        #expect(try await scene.ask(pipeline, SemanticScene.chat("one")).answer.cacheStatus == "hit")
    }

    @Test("calls for vectors are metered and held against budgets like any other")
    func metered() async throws {
        let pipeline = try scene.pipeline()
        let one = try await scene.ask(pipeline, SemanticScene.chat("one"), "acme")
        _ = try await scene.ask(pipeline, SemanticScene.chat("two"), "acme")
        let lines = scene.ledger.settledHolds
        #expect(lines.map(\.subject.route).sorted() == ["/chat/completions", "/embeddings", "/embeddings"])
        #expect(lines.allSatisfy { $0.subject.account == "acme" })
        #expect(Set(lines.map(\.callID)).count == 3)
        // Five tokens each, at 0.02 dollars a million.
        let total = try await scene.ledger.report(ReportQuery(by: .model)).total
        let vectors = Money(picos: 2 * 5 * 20_000)
        #expect(
            total.charged.picos == (one.answer.cost.exactAmount?.picos).map { Int128($0 + vectors.picos) })
    }

    @Test("a budget that refuses the vector makes the call a miss, which it refuses or allows by itself")
    func budget() async throws {
        var scene = scene
        scene.policies.metering.budgets = [Budget(name: "none", limit: .zero)]
        let pipeline = try scene.pipeline()
        let failure = await #expect(throws: Failure.self) {
            try await scene.ask(pipeline, SemanticScene.chat("one"))
        }
        #expect(failure?.code == .overBudget && scene.upstream.embedded.isEmpty)
    }
}

/// A store of vectors of which one operation fails.
final class FaultyVectors: VectorStore {
    struct Broken: Error {}

    enum Operation: String, CaseIterable, Sendable { case nearest, store, remove, evidence, compare, nothing }

    private let inner = MemoryVectors(limitBytes: 1 << 20)
    private let broken: Operation

    init(_ broken: Operation) { self.broken = broken }

    private func check(_ operation: Operation) throws { if operation == broken { throw Broken() } }

    func nearest(
        to vector: UnitVector, in partition: VectorPartition, atLeast least: Double, limit: Int
    ) async throws -> [VectorNeighbour] {
        try check(.nearest)
        return try await inner.nearest(to: vector, in: partition, atLeast: least, limit: limit)
    }

    func store(_ vector: UnitVector, for key: CacheKey, in partition: VectorPartition) async throws {
        try check(.store)
        try await inner.store(vector, for: key, in: partition)
    }

    func remove(vectorsOf key: CacheKey) async throws {
        try check(.remove)
        try await inner.remove(vectorsOf: key)
    }

    func evidence(
        for key: CacheKey, in partition: VectorPartition
    ) async throws -> (entry: SimilarityEvidence, partition: SimilarityEvidence) {
        try check(.evidence)
        return try await inner.evidence(for: key, in: partition)
    }

    func note(_ hit: SemanticHit) { inner.note(hit) }

    func judge(
        _ hit: SortableID, of entry: SortableID?, isCorrect: Bool, account: String
    ) async throws -> SemanticVerdict? {
        try await inner.judge(hit, of: entry, isCorrect: isCorrect, account: account)
    }

    func compare(_ hit: SemanticHit, isCorrect: Bool) async throws {
        try check(.compare)
        try await inner.compare(hit, isCorrect: isCorrect)
    }

    func vectorCount() async throws -> Int { try await inner.vectorCount() }
}
