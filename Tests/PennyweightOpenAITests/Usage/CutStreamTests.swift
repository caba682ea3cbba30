import PennyweightLedger
import PennyweightMiddleware
import PennyweightTesting
import Testing

@Suite("A stream that is cut before its usage", .timeLimit(.minutes(5)))
struct CutStreamTests {
    private static let question =
        #"{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}],"max_tokens":500}"#

    private func scene() throws -> MeterScene {
        try MeterScene([("m", #""input_token":"1","output_token":"2""#, "")])
    }

    private func chunk(_ text: String) -> String {
        #"data: {"model":"m","choices":[{"index":0,"delta":{"content":"\#(text)"}}]}"# + "\n\n"
    }

    /// Ten exact answers of 400 characters and 100 tokens.
    private func teach(_ scene: MeterScene, count: Int = 10) async throws {
        let text = String(repeating: "a", count: 400)
        let usage =
            #"data: {"model":"m","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":100,"total_tokens":105}}"#
        for _ in 0..<count {
            let line = try await scene.send(
                "/chat/completions", Self.question, [.text(chunk(text) + usage + "\n\ndata: [DONE]\n\n")],
                answerType: "text/event-stream")
            #expect(line?.cost.exactAmount != nil)
        }
    }

    private func cut(_ scene: MeterScene, characters: Int) async throws -> Settlement? {
        try await scene.send(
            "/chat/completions", Self.question, [.text(chunk(String(repeating: "b", count: characters)))],
            answerType: "text/event-stream")
    }

    @Test("is estimated from its text by what the model's exact answers taught, and says so")
    func estimated() async throws {
        let scene = try scene()
        try await teach(scene)
        let line = try await cut(scene, characters: 800)
        guard case .estimated(let lower, let upper, let reason)? = line?.cost else {
            Issue.record("\(String(describing: line?.cost))")
            return
        }
        // 800 characters at twice 4 characters a token are at least 100 tokens of 2 micro-dollars.
        #expect(lower == .micros(200))
        #expect(upper == scene.bound)
        #expect(reason.contains("about 200 output tokens by 4.0 characters a token over 10 answers of m"))
        #expect(line?.outcome == .abandoned)
    }

    @Test("has no lower bound while too little is known")
    func fewAnswers() async throws {
        let scene = try scene()
        let first = try await cut(scene, characters: 800)
        guard case .estimated(.zero, _, let reason)? = first?.cost else {
            Issue.record("\(String(describing: first?.cost))")
            return
        }
        #expect(!reason.contains("about"))
        try await teach(scene, count: 9)
        guard case .estimated(.zero, _, let later)? = try await cut(scene, characters: 800)?.cost else {
            Issue.record("It has a lower bound.")
            return
        }
        #expect(later.contains("over 9 answers"))
    }

    @Test("teaches nothing itself")
    func cutsTeachNothing() async throws {
        let scene = try scene()
        try await teach(scene, count: 1)
        _ = try await cut(scene, characters: 4_000)
        #expect(scene.settlements.calibrations.calibration(of: "m", provider: "p")?.samples == 1)
    }

    @Test("and ends cleanly, without its terminal event, was not served, and its usage is the least")
    func cleanEnd() async throws {
        let scene = try scene()
        let usage =
            #"data: {"model":"m","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}"#
        let line = try await scene.send(
            "/chat/completions", Self.question, [.text(chunk("a") + usage + "\n\n")],
            answerType: "text/event-stream")
        #expect(line?.outcome == .abandoned)
        guard case .estimated(let lower, let upper, _)? = line?.cost, lower == .micros(19) else {
            Issue.record("\(String(describing: line?.cost))")
            return
        }
        #expect(upper == scene.bound)
    }
}
