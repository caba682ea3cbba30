#if Gateway
import AsyncHTTPClient
import NIOCore
import PennyweightJSON
import PennyweightLedger
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("The simulated provider plays faults on request")
struct SimulatorFaultTests {
    @Test("a fault's name says its kind and how often it is played")
    func names() {
        #expect(SimulatedFault("429-once")?.kind == .status(429))
        #expect(SimulatedFault("429-once")?.times == 1)
        #expect(SimulatedFault("500-twice")?.times == 2)
        #expect(SimulatedFault("error-event-3-times")?.kind == .errorEvent)
        #expect(SimulatedFault("error-event-3-times")?.times == 3)
        #expect(SimulatedFault("cut")?.times == nil)
        for wrong in ["", "nothing", "200", "600", "-once", "times"] { #expect(SimulatedFault(wrong) == nil) }
    }

    @Test(
        "an error status has OpenAI's shape and is not billed",
        arguments: [
            ("400", 400, "invalid_request_error", nil),
            ("401", 401, "invalid_request_error", "invalid_api_key"),
            ("404", 404, "invalid_request_error", "model_not_found"),
            ("429", 429, "requests", "rate_limit_exceeded"),
            ("quota", 429, "insufficient_quota", "insufficient_quota"), ("500", 500, "server_error", nil),
            ("503", 503, "service_unavailable_error", "server_is_overloaded"),
            ("context", 400, "invalid_request_error", "context_length_exceeded"),
        ] as [(String, Int, String, String?)])
    func statuses(name: String, status: Int, type: String, code: String?) async throws {
        try await SimulatorBench.run { bench in
            for answer in [
                try await bench.chat(model: "simulated/\(name)"),
                try await bench.chat(headers: ["x-simulate": name]),
                try await bench.chat(more: #""x-simulate":"\#(name)","stream":true"#),
            ] {
                #expect(answer.status == status)
                #expect(try answer.json.at("error", "type")?.string == type)
                #expect(try answer.json.at("error", "code")?.string == code)
            }
            #expect(bench.provider.charges.isEmpty)
        }
    }

    @Test("a rate limit says when to come again; an exceeded quota doesn't")
    func retryAfter() async throws {
        try await SimulatorBench.run { bench in
            let limited = try await bench.chat(model: "simulated/429")
            let exceeded = try await bench.chat(model: "simulated/quota")
            #expect(limited.headers["retry-after"] == "1")
            #expect(exceeded.headers["retry-after"] == nil)
        }
    }

    @Test("a counted fault is played so often for each body, then the answer comes")
    func counted() async throws {
        try await SimulatorBench.run { bench in
            var statuses: [Int] = []
            for text in ["a", "a", "b", "a", "b", "b"] {
                statuses.append(try await bench.chat(text, model: "simulated/500-twice").status)
            }
            #expect(statuses == [500, 500, 500, 200, 500, 200])
            #expect(bench.provider.charges.count == 2)
        }
    }

    @Test("a cut stream breaks the connection without [DONE], and bills what was sent")
    func cutStream() async throws {
        try await SimulatorBench.run { bench in
            let whole = try await bench.stream()
            let cut = try await bench.stream(headers: ["x-simulate": "cut"])
            #expect(cut.status == 200 && cut.brokeOff)
            #expect(!cut.events.contains("[DONE]"))
            #expect(cut.events.count == whole.events.count / 2)
            let charges = bench.provider.charges
            let sent = try cut.chunks.count {
                $0.at("choices", "0", "delta", "content")?.string?.isEmpty == false
            }
            #expect(charges.map(\.outcome) == [.served, .cut])
            #expect(charges[1].usage.tokens?.output == Int64(sent))
            #expect(charges[1].usage.tokens?.input == charges[0].usage.tokens?.input)
        }
    }

    @Test("a cut plain answer is shorter than it says, and is billed whole")
    func cutPlain() async throws {
        try await SimulatorBench.run { bench in
            await #expect(throws: (any Error).self) { try await bench.chat(model: "simulated/cut") }
            _ = try await bench.chat()
            let charges = bench.provider.charges
            #expect(charges.map(\.outcome) == [.cut, .served])
            #expect(charges[0].usage.tokens?.output ?? 0 > 0)
        }
    }

    @Test("an error event ends a stream in the middle")
    func errorEvent() async throws {
        try await SimulatorBench.run { bench in
            let stream = try await bench.stream(model: "simulated/error-event")
            let error = try #require(try stream.chunks.last?["error"])
            #expect(error["type"]?.string == "server_error")
            #expect(stream.events.count > 2 && !stream.events.contains("[DONE]") && !stream.brokeOff)
            #expect(bench.provider.charges.map(\.outcome) == [.cut])
        }
    }

    @Test("a malformed answer has status 200 and no JSON")
    func malformed() async throws {
        try await SimulatorBench.run { bench in
            let answer = try await bench.chat(model: "simulated/malformed")
            #expect(answer.status == 200)
            #expect(throws: JSONError.self) { try answer.json }
            let stream = try await bench.stream(model: "simulated/malformed")
            #expect(throws: JSONError.self) { try stream.chunks }
            #expect(bench.provider.charges.map(\.outcome) == [.cut, .cut])
        }
    }

    @Test("an HTML page comes with 502")
    func html() async throws {
        try await SimulatorBench.run { bench in
            let answer = try await bench.chat(model: "simulated/html")
            #expect(answer.status == 502)
            #expect(answer.headers["content-type"] == "text/html")
            #expect(answer.body.starts(with: Array("<html>".utf8)))
        }
    }

    @Test("a filtered answer, a refusal and an answer without usage are what they say")
    func changed() async throws {
        try await SimulatorBench.run { bench in
            let filtered = try await bench.chat(model: "simulated/filtered").json
            #expect(filtered.at("choices", "0", "finish_reason")?.string == "content_filter")
            let refused = try await bench.chat(model: "simulated/refused").json
            #expect(refused.at("choices", "0", "message", "content")?.isNull == true)
            #expect(refused.at("choices", "0", "message", "refusal")?.string?.isEmpty == false)
            let silent = try await bench.chat(model: "simulated/no-usage").json
            #expect(silent["usage"] == nil)
            let stream = try await bench.stream(
                model: "simulated/no-usage", more: #""stream_options":{"include_usage":true}"#)
            #expect(try stream.chunks.allSatisfy { $0["usage"] == nil })
            #expect(bench.provider.charges.count == 4)
        }
    }

    @Test("a hanging call gets no answer and costs nothing; a client that gives up is let go")
    func hang() async throws {
        try await SimulatorBench.run { bench in
            let body = SimulatorBench.question("Hello", model: "simulated/hang", "")
            let request = bench.request("POST", "/v1/chat/completions", Array(body.utf8))
            await #expect(throws: (any Error).self) {
                try await bench.client.execute(request, timeout: .milliseconds(200))
            }
            #expect(bench.provider.charges.isEmpty)
        }
    }

    @Test("a slow answer waits for the injected time before its first byte, streamed or not")
    func slow() async throws {
        let time = ManualTime()
        try await SimulatorBench.run(slowness: .seconds(60), time: time) { bench in
            async let plain = bench.chat(model: "simulated/slow")
            await time.waitForSleepers()
            time.advance(by: .seconds(60))
            let status = try await plain.status
            #expect(status == 200)
            async let stream = bench.stream(model: "simulated/slow", more: #""x-simulate-delay-ms":500"#)
            await time.waitForSleepers()
            time.advance(by: .milliseconds(500))
            let events = try await stream.events
            #expect(events.last == "[DONE]")
        }
    }

    @Test("a stalled stream sends half and then nothing, until the client leaves")
    func stall() async throws {
        let time = ManualTime()
        try await SimulatorBench.run(time: time) { bench in
            let body = SimulatorBench.question("Hello", model: "simulated/stall", #""stream":true"#)
            let request = bench.request("POST", "/v1/chat/completions", Array(body.utf8))
            let reader = Task {
                let response = try await bench.client.execute(request, timeout: .seconds(20))
                for try await _ in response.body {}
            }
            await time.waitForSleepers()
            #expect(bench.provider.charges.isEmpty)
            reader.cancel()
            await #expect(throws: (any Error).self) { try await reader.value }
            let isBilled = try await SimulatorBench.eventually { bench.provider.charges.count == 1 }
            #expect(isBilled)
            #expect(bench.provider.charges.first?.outcome == .clientGone)
            #expect(bench.provider.charges.first?.usage.tokens?.output ?? 0 > 0)
        }
    }

    @Test("a fault that doesn't exist is refused")
    func unknown() async throws {
        try await SimulatorBench.run { bench in
            let answer = try await bench.chat(headers: ["x-simulate": "fire"])
            #expect(answer.status == 400)
            #expect(try answer.json.at("error", "param")?.string == "x-simulate")
        }
    }
}
#endif
