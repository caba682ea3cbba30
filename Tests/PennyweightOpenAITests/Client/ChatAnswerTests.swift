import HTTPTypes
import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import Testing

@testable import PennyweightOpenAI

@Suite struct ChatAnswerTests {
    @Test("a request is written as the contract asks")
    func request() async throws {
        let request = Request.chat(
            model: "m", messages: [.system("Be \"brief\"."), .user("é"), .assistant("ok")], maximumTokens: 5,
            isStreaming: true)
        #expect(request.head.method == .post)
        #expect(request.path == "/chat/completions")
        #expect(
            try await Calls.text(request.body)
                == #"""
                {"model":"m","messages":[{"role":"system","content":"Be \"brief\"."},{\#
                "role":"user","content":"é"},{"role":"assistant","content":"ok"}],\#
                "max_completion_tokens":5,"stream":true}
                """#
        )
        #expect(
            try await Calls.text(Request.chat(model: "m", messages: []).body)
                == #"{"model":"m","messages":[]}"#)
    }

    @Test("plain and streamed answers read alike")
    func alike() async throws {
        var folding = ChatFolding()
        folding.consume(Streams.text.bytes)
        let folded = folding.finish()
        let plain = try #require(folded).body
        let first = try await ChatAnswer(
            Response(head: Calls.head(200, "application/json"), body: Body(plain)))
        let second = try await ChatAnswer(
            Response(head: Calls.head(200, "text/event-stream"), body: Body(Streams.text)))
        for answer in [first, second] {
            #expect(answer.text == "Grüß Gott, 😀\u{2028} ü\u{2028}!")
            #expect(answer.model == "gpt-5-mini-2025-08-07")
            #expect(answer.usage?.tokens?.input == 9)
            #expect(answer.cost == .unknown(reason: "the call was not metered"))
            #expect(answer.body == plain)
        }
    }

    @Test("the receipt tells what it cost and what it saved")
    func receipt() async throws {
        var response = Response(head: Calls.head(200, "text/event-stream"), body: Body(Streams.text))
        let saved = Cost.exact(Money(picos: 5))
        response.facts[ReceiptFact.self] = Receipt(
            .init(cost: .nothing, saved: saved, provider: "p", model: "x"))
        let answer = try await ChatAnswer(response)
        #expect(answer.cost == .nothing)
        #expect(answer.saved == saved)
    }

    @Test("an error status is an error with its envelope")
    func error() async throws {
        let error = await #expect(throws: ErrorAnswer.self) {
            try await ChatAnswer(
                Response(head: Calls.head(429), body: Body(#"{"error":{"message":"slow","code":"x"}}"#)))
        }
        #expect(error?.status == 429)
        #expect(error?.envelope == ErrorEnvelope(message: "slow", type: "requests", code: "x"))
        #expect(error?.description == "429 requests: slow")
    }

    @Test("a cut or strange answer is a failure")
    func strange() async throws {
        for response in [
            Response(head: Calls.head(200, "text/event-stream"), body: Body(Streams.errorEvent)),
            Response(head: Calls.head(200), body: Body("{}")),
            Response(head: Calls.head(200), body: Body("")),
        ] {
            let failure = await #expect(throws: Failure.self) { try await ChatAnswer(response) }
            #expect(failure?.code == .invalidAnswer)
        }
    }
}
