#if Gateway
import PennyweightJSON
import PennyweightLedger
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("The simulated provider tells attempt by attempt what it billed")
struct SimulatorAttemptsTests {
    @Test("each command is listed once, with its label, and with a charge if it was billed")
    func listed() async throws {
        try await SimulatorBench.run { bench in
            _ = try await bench.chat(headers: ["x-simulate-label": "one"])
            _ = try await bench.chat(headers: ["x-simulate-label": "two", "x-simulate": "500"])
            _ = try await bench.chat()
            _ = try await bench.send("GET", "/v1/models")
            let attempts = bench.provider.attempts
            #expect(attempts.map(\.label) == ["one", "two", nil])
            #expect(attempts.map { $0.charge != nil } == [true, false, true])
            #expect(attempts.first?.charge == bench.provider.charges.first)
            #expect(attempts.map(\.number) == attempts.map(\.number).sorted())
        }
    }

    @Test("another process asks for those after the last one that it has seen")
    func after() async throws {
        try await SimulatorBench.run { bench in
            _ = try await bench.chat(headers: ["x-simulate-label": "one"])
            let first = try await bench.send("GET", "/simulator/attempts").json
            let seen = try #require(first.at("attempts", "0", "number")?.integer)
            _ = try await bench.chat(headers: ["x-simulate-label": "two", "x-simulate": "500"])
            _ = try await bench.chat(model: "nobody-knows-me", headers: ["x-simulate-label": "three"])
            let rest = try await bench.send("GET", "/simulator/attempts?after=\(seen)").json
            let attempts = rest["attempts"]?.elements ?? []
            #expect(attempts.map { $0["label"]?.string } == ["two", "three"])
            #expect(attempts.map { $0["outcome"]?.string } == [nil, "served"])
            #expect(attempts.allSatisfy { $0["amount"]?.isNull == true })
            #expect(first.at("attempts", "0", "amount")?.string == bench.provider.charges[0].amount?.text)
        }
    }

    @Test("who leaves while an image is made is billed a part of it, at its price")
    func partOfAnImage() async throws {
        let time = ManualTime()
        try await SimulatorBench.run(pace: .milliseconds(10), time: time) { bench in
            let body = #"{"model":"gpt-image-1","prompt":"a tide","size":"64x64","quality":"low"}"#
            let call = Task { try await bench.send("POST", "/v1/images/generations", body) }
            await time.waitForSleepers()
            time.advance(by: .milliseconds(55))
            call.cancel()
            _ = await call.result
            #expect(try await SimulatorBench.eventually { bench.provider.charges.count == 1 })
            let charge = try #require(bench.provider.charges.first)
            let tokens = try #require(charge.usage.tokens)
            let input = try #require(tokens.input)
            #expect(tokens.output == 5 && tokens.imageOutput == 5)
            #expect(charge.amount == Money(picos: input * 5_000_000 + 5 * 40_000_000))
        }
    }
}
#endif
