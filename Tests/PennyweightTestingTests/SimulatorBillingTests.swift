#if Gateway
import AsyncHTTPClient
import NIOCore
import PennyweightJSON
import PennyweightLedger
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("The simulated provider bills")
struct SimulatorBillingTests {
    @Test("a plain answer is billed with its usage, exactly")
    func plain() async throws {
        try await SimulatorBench.run { bench in
            let json = try await bench.chat().json
            let charge = try #require(bench.provider.charges.first)
            let input = try #require(json.at("usage", "prompt_tokens")?.integer)
            let output = try #require(json.at("usage", "completion_tokens")?.integer)
            #expect(charge.id == json["id"]?.string)
            #expect(charge.route == "/chat/completions")
            #expect(charge.model == "gpt-4o-mini-2024-07-18")
            #expect(charge.amount == Money(picos: input * 1_000_000 + output * 2_000_000))
            #expect(charge.outcome == .served)
            #expect(bench.provider.billed == MoneyTotal(charge.amount ?? .zero))
        }
    }

    @Test("a stream is billed like the plain answer, whether it reports usage or not")
    func stream() async throws {
        try await SimulatorBench.run { bench in
            _ = try await bench.chat()
            _ = try await bench.stream()
            _ = try await bench.stream(more: #""stream_options":{"include_usage":true}"#)
            let charges = bench.provider.charges
            #expect(charges.count == 3)
            #expect(Set(charges.map(\.amount)).count == 1)
            #expect(charges.allSatisfy { $0.outcome == .served })
        }
    }

    @Test(
        "a client that leaves in the middle of a stream is noticed and billed what was generated until then")
    func clientLeaves() async throws {
        try await SimulatorBench.run(pace: .milliseconds(20)) { bench in
            let full = try await bench.stream(headers: ["x-simulate-pace-ms": "0"]).events.count
            let body = SimulatorBench.question("Hello", model: "gpt-4o-mini", #""stream":true"#)
            let request = bench.request("POST", "/v1/chat/completions", Array(body.utf8))
            let response = try await bench.client.execute(request, timeout: .seconds(20))
            var count = 0
            for try await _ in response.body {
                count += 1
                if count == 4 { break }
            }
            withExtendedLifetime(response) {}
            #expect(count == 4 && full > 8)
            #expect(try await SimulatorBench.eventually { bench.provider.charges.count == 2 })
            let whole = try #require(bench.provider.charges.first?.usage.tokens?.output)
            let charge = try #require(bench.provider.charges.last)
            #expect(charge.outcome == .clientGone)
            #expect(charge.usage.tokens?.output ?? 0 >= 2)
            #expect(charge.usage.tokens?.output ?? .max < whole)
        }
    }

    @Test("a client that leaves while a plain answer is made is billed for its prompt")
    func clientLeavesPlain() async throws {
        let time = ManualTime()
        try await SimulatorBench.run(pace: .milliseconds(10), time: time) { bench in
            let call = Task { try await bench.chat() }
            await time.waitForSleepers()
            time.advance(by: .milliseconds(35))
            call.cancel()
            _ = await call.result
            #expect(try await SimulatorBench.eventually { bench.provider.charges.count == 1 })
            let charge = try #require(bench.provider.charges.first)
            #expect(charge.outcome == .clientGone)
            #expect(charge.usage.tokens?.output == 3)
        }
    }

    @Test("hidden tokens of a reasoning model are billed as part of the output")
    func reasoning() async throws {
        try await SimulatorBench.run { bench in
            let json = try await bench.chat(model: "o3-mini").json
            let charge = try #require(bench.provider.charges.first)
            let input = try #require(json.at("usage", "prompt_tokens")?.integer)
            let output = try #require(json.at("usage", "completion_tokens")?.integer)
            #expect(charge.usage.tokens?.reasoning ?? 0 > 0)
            #expect(charge.amount == Money(picos: input * 1_000_000 + output * 2_000_000))
        }
    }

    @Test("a model without a price is charged, but not with an amount")
    func unpriced() async throws {
        try await SimulatorBench.run { bench in
            _ = try await bench.chat(model: "nobody-knows-me")
            #expect(bench.provider.charges.map(\.amount) == [nil])
            #expect(bench.provider.billed == .zero)
            let json = try await bench.send("GET", "/simulator/charges").json
            #expect(json["unpriced"]?.integer == 1)
            #expect(json.at("charges", "0", "amount")?.isNull == true)
        }
    }

    @Test("another process can ask for the charges and the requests, and start afresh")
    func control() async throws {
        try await SimulatorBench.run { bench in
            let answer = try await bench.chat().json
            _ = try await bench.stream(model: "simulated/cut")
            let charges = try await bench.send("GET", "/simulator/charges", headers: ["authorization": ""])
                .json
            #expect(charges["count"]?.integer == 2)
            #expect(charges["total"]?.string == bench.provider.billed.text)
            #expect(charges.at("totals", "served")?.string == bench.provider.charges[0].amount?.text)
            #expect(charges.at("totals", "cut")?.string == bench.provider.charges[1].amount?.text)
            #expect(charges.at("charges", "0", "id")?.string == answer["id"]?.string)
            let requests = try await bench.send("GET", "/simulator/requests").json["requests"]?.elements ?? []
            #expect(requests.count == 2)
            #expect(requests.allSatisfy { !String(decoding: $0.source, as: UTF8.self).contains("Bearer") })
            _ = try await bench.send("POST", "/simulator/reset")
            #expect(bench.provider.charges.isEmpty && bench.provider.requests.isEmpty)
            #expect(bench.provider.billed == .zero)
        }
    }

    @Test("the last hundred requests are kept, not more")
    func boundedRequests() async throws {
        try await SimulatorBench.run { bench in
            for number in 0..<105 { _ = try await bench.send("GET", "/v1/models/\(number)") }
            #expect(bench.provider.requests.count == 100)
            #expect(bench.provider.requests.last?.path == "/v1/models/104")
        }
    }
}
#endif
