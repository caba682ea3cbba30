#if Gateway
import NIOCore
import PennyweightJSON
import PennyweightLedger
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("The simulated provider is a server")
struct SimulatorServerTests {
    @Test("it refuses calls without a key and with the invalid one")
    func keys() async throws {
        try await SimulatorBench.run { bench in
            let without = try await bench.chat(headers: ["authorization": ""])
            #expect(without.status == 401)
            let wrong = try await bench.chat(headers: ["authorization": "Bearer invalid-key"])
            #expect(wrong.status == 401)
            #expect(try wrong.json.at("error", "code")?.string == "invalid_api_key")
            #expect(wrong.headers["x-request-id"] != nil)
        }
    }

    @Test("paths and methods that don't exist are refused in OpenAI's shape")
    func unknownPaths() async throws {
        try await SimulatorBench.run { bench in
            for (method, path, status) in [
                ("GET", "/v1/nothing", 404), ("GET", "/", 404), ("POST", "/chat/completions", 404),
                ("GET", "/v1/chat/completions", 405), ("POST", "/v1/models", 405),
                ("GET", "/simulator/x", 404),
            ] {
                let answer = try await bench.send(method, path, method == "POST" ? "{}" : nil)
                #expect(answer.status == status, "\(method) \(path)")
                #expect(try answer.json.at("error", "message")?.string?.isEmpty == false)
            }
        }
    }

    @Test("models are listed and found, also with a slash in their name")
    func models() async throws {
        try await SimulatorBench.run { bench in
            let list = try await bench.send("GET", "/v1/models").json
            let ids = list["data"]?.elements.compactMap { $0["id"]?.string } ?? []
            #expect(ids.contains("gpt-4o-mini") && ids.contains("simulated/cut"))
            #expect(try await bench.send("GET", "/v1/models/gpt-4o-mini").json["object"]?.string == "model")
            #expect(
                try await bench.send("GET", "/v1/models/simulated/cut").json["id"]?.string == "simulated/cut")
            #expect(
                try await bench.send("GET", "/v1/models/simulated%2Fcut").json["id"]?.string
                    == "simulated/cut")
            let missing = try await bench.send("GET", "/v1/models/none")
            #expect(missing.status == 404)
            #expect(try missing.json.at("error", "code")?.string == "model_not_found")
        }
    }

    @Test("embeddings come as floats or as little-endian base64 of the same vector")
    func embeddings() async throws {
        try await SimulatorBench.run { bench in
            func ask(_ more: String) async throws -> JSONNode {
                try await bench.send(
                    "POST", "/v1/embeddings",
                    #"{"model":"text-embedding-3-small","input":["a","b c"]\#(more)}"#
                ).json
            }
            let floats = try await ask(#","dimensions":4"#)
            let vectors = floats["data"]?.elements.map { $0["embedding"]?.elements.count }
            #expect(vectors == [4, 4])
            #expect(floats.at("usage", "prompt_tokens")?.integer == 3)
            let base64 = try await ask(#","dimensions":4,"encoding_format":"base64""#)
            #expect(base64.at("data", "0", "embedding")?.string?.count == 24)
            let whole = try await ask("").at("data", "0", "embedding")
            #expect(whole?.elements.count == 1_536)
            #expect(bench.provider.charges.map(\.amount) == Array(repeating: Money(picos: 60_000), count: 3))
        }
    }

    @Test("the pace is kept between the pieces of a stream")
    func pace() async throws {
        let time = ManualTime()
        try await SimulatorBench.run(pace: .milliseconds(10), time: time) { bench in
            let streamed = Task { try await bench.stream(more: #""max_tokens":2"#) }
            for _ in 0..<4 {
                await time.waitForSleepers()
                time.advance(by: .milliseconds(10))
            }
            let events = try await streamed.value.events
            #expect(events.count == 5)
        }
    }

    @Test("stopping ends open streams at once, and the port is free again")
    func stop() async throws {
        let time = ManualTime()
        try await SimulatorBench.run(pace: .seconds(3_600), time: time) { bench in
            let port = bench.provider.port
            let open = Task { try await bench.stream() }
            await time.waitForSleepers()
            await bench.provider.stop()
            #expect(try await open.value.brokeOff)
            #expect(bench.provider.port == 0)
            #expect(bench.provider.charges.map(\.outcome) == [.clientGone])
            try await bench.provider.start(port: port)
            #expect(try await bench.chat(headers: ["x-simulate-pace-ms": "0"]).status == 200)
        }
    }

    @Test("as a service it runs until its task is cancelled")
    func service() async throws {
        let provider = SimulatedProvider(prices: nil, time: SystemTime())
        let service = Task { try await provider.run() }
        #expect(try await SimulatorBench.eventually { provider.port != 0 })
        service.cancel()
        _ = await service.result
        #expect(provider.port == 0)
    }

    @Test("a port that is taken is an error")
    func takenPort() async throws {
        try await SimulatorBench.run { bench in
            let second = SimulatedProvider(prices: nil, time: SystemTime())
            await #expect(throws: (any Error).self) { try await second.start(port: bench.provider.port) }
        }
    }

    @Test("the shipped prices price the model that it answers with by default")
    func shippedPrices() async throws {
        let book = try PriceBook.shipped()
        #expect(book.price(of: "gpt-4o-mini", provider: "openai", at: SystemTime().now()) != nil)
    }
}
#endif
