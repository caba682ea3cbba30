#if Gateway
import Foundation
import HTTPTypes
import PennyweightMiddleware
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightGateway

@Suite("Replay at the recorded pace, over loopback", .timeLimit(.minutes(5)))
struct ReplayPaceGatewayTests {
    private func send(_ gateway: KeyedGateway, pace: String? = nil) async throws -> (String, Duration, Int) {
        var headers: HTTPFields = [:]
        if let pace { headers[try #require(HTTPField.Name("x-pennyweight-replay-pace"))] = pace }
        let time = SystemTime()
        let start = time.instant()
        let answer = try await gateway.send(
            .post, "/v1/chat/completions",
            body: #"{"model":"gpt-4o-mini","stream":true,"max_tokens":20,"x-simulate-pace-ms":25,"#
                + #""messages":[{"role":"user","content":"Tell me about the tide."}]}"#,
            headers: headers)
        return (answer.text, time.instant() - start, answer.status)
    }

    @Test("a hit comes at the pace of the original, if it is asked to, and is whole")
    func recorded() async throws {
        try await KeyedGateway.run { gateway in
            let (live, original, _) = try await send(gateway)
            let (text, replay, status) = try await send(gateway, pace: "recorded")
            #expect(status == 200 && text.hasSuffix("data: [DONE]\n\n"))
            // Half of what the simulated provider takes at least: a busy machine makes both longer only.
            let events = live.components(separatedBy: "data: ").count - 1
            let least: Duration = .milliseconds(25 * (events - 4) / 2)
            #expect(events > 8 && original > least && replay > least, "\(events) \(original) \(replay)")
            let (instant, _, _) = try await send(gateway)
            #expect(instant.hasSuffix("data: [DONE]\n\n"))
            #expect(gateway.provider.charges.count == 1)
            #expect(try await send(gateway, pace: "sometimes").2 == 400)
        }
    }
}
#endif
