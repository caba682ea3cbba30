#if Gateway
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import PennyweightJSON
import PennyweightLedger
import PennyweightTesting
import PennyweightTime

/// A simulated provider on a port of its own and a client for it, for the length of one test.
struct SimulatorBench {
    struct Answer {
        var status: Int
        var headers: [String: String]
        var body: [UInt8]

        /// The body as JSON.
        var json: JSONNode { get throws { try JSONDocument(body).root } }
    }

    /// A stream as it arrived.
    struct Arrived {
        var status: Int
        var headers: [String: String]
        /// What stood after `data: `.
        var events: [String]
        /// True if the connection broke before the body's end.
        var brokeOff: Bool

        /// All events but `[DONE]` as JSON.
        var chunks: [JSONNode] {
            get throws { try events.filter { $0 != "[DONE]" }.map { try JSONDocument($0).root } }
        }
    }

    let provider: SimulatedProvider
    let client: HTTPClient

    /// Runs a test with a provider that listens, and stops both afterwards.
    static func run(
        pace: Duration = .zero, slowness: Duration = .zero, videos: VideoProgress = .polls(2),
        seed: UInt64 = 42,
        time: any TimeSource = SystemTime(), _ test: (SimulatorBench) async throws -> Void
    ) async throws {
        let provider = SimulatedProvider(
            seed: seed, pace: pace, slowness: slowness, videos: videos, prices: try prices(), time: time)
        try await provider.start()
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout = .init(connect: .seconds(5), read: .seconds(20))
        let client = HTTPClient(configuration: configuration)
        do {
            try await test(SimulatorBench(provider: provider, client: client))
        } catch {
            await provider.stop()
            try await client.shutdown()
            throw error
        }
        await provider.stop()
        try await client.shutdown()
    }

    /// A book with round figures.
    static func prices() throws -> PriceBook {
        func model(_ id: String, _ rates: String, aliases: String = "") -> String {
            """
            {"id":"\(id)","provider":"openai","aliases":[\(aliases)],"mode":"chat",\
            "prices":[{"effective_from":"2020-01-01","source":"test",\
            "retrieved":"2026-01-01","rates":{\(rates)}}]}
            """
        }
        let models = [
            model(
                "gpt-4o-mini", #""input_token":"1","cached_input_token":"0.5","output_token":"2""#,
                aliases: #""gpt-4o-mini-2024-07-18""#),
            model("o3-mini", #""input_token":"1","output_token":"2""#, aliases: #""o3-mini-2025-01-31""#),
            model("gpt-image-1", #""input_token":"5","image_input_token":"10","image_output_token":"40""#),
            model("text-embedding-3-small", #""input_token":"0.02","output_token":"0""#),
        ]
        let list = models.joined(separator: ",")
        let text = #"{"schema":"pennyweight-prices/1","version":"test","models":[\#(list)]}"#
        return try PriceBook(json: Array(text.utf8))
    }

    func request(_ method: String, _ path: String, _ body: [UInt8]? = nil, headers: [String: String] = [:])
        -> HTTPClientRequest
    {
        var request = HTTPClientRequest(url: provider.rootURL + path)
        request.method = .RAW(value: method)
        request.headers.add(name: "authorization", value: "Bearer test")
        if body != nil { request.headers.add(name: "content-type", value: "application/json") }
        for (name, value) in headers {
            request.headers.remove(name: name)
            if !value.isEmpty { request.headers.add(name: name, value: value) }
        }
        if let body { request.body = .bytes(body) }
        return request
    }

    func send(
        _ method: String, _ path: String, _ text: String? = nil, headers: [String: String] = [:]
    ) async throws -> Answer {
        let request = request(method, path, text.map { Array($0.utf8) }, headers: headers)
        let response = try await client.execute(request, timeout: .seconds(20))
        let body = try await response.body.collect(upTo: 1 << 24)
        return Answer(
            status: Int(response.status.code), headers: SimulatorBench.fields(response),
            body: Array(body.readableBytesView))
    }

    /// Asks a plain chat question; `more` are further members: `"n":2`.
    func chat(
        _ text: String = "Hello", model: String = "gpt-4o-mini", more: String = "",
        headers: [String: String] = [:]
    ) async throws -> Answer {
        try await send(
            "POST", "/v1/chat/completions", Self.question(text, model: model, more), headers: headers)
    }

    /// Asks for a stream and reads it to its end, or to where it breaks off.
    func stream(
        _ text: String = "Hello", model: String = "gpt-4o-mini", more: String = "",
        headers: [String: String] = [:]
    ) async throws -> Arrived {
        let body = Self.question(text, model: model, "\"stream\":true" + (more.isEmpty ? "" : "," + more))
        let request = request("POST", "/v1/chat/completions", Array(body.utf8), headers: headers)
        let response = try await client.execute(request, timeout: .seconds(20))
        var bytes: [UInt8] = []
        var brokeOff = false
        do {
            for try await buffer in response.body { bytes += buffer.readableBytesView }
        } catch {
            brokeOff = true
        }
        let lines = bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        return Arrived(
            status: Int(response.status.code), headers: SimulatorBench.fields(response),
            events: lines.filter { $0.hasPrefix("data: ") }.map { String($0.dropFirst(6)) },
            brokeOff: brokeOff)
    }

    static func question(_ text: String, model: String, _ more: String) -> String {
        let message = #"{"role":"user","content":"\#(text)"}"#
        return #"{"model":"\#(model)","messages":[\#(message)]\#(more.isEmpty ? "" : "," + more)}"#
    }

    /// Waits up to five seconds for what a real socket brings about.
    static func eventually(_ holds: () -> Bool) async throws -> Bool {
        for _ in 0..<500 {
            if holds() { return true }
            try await SystemTime().sleep(for: .milliseconds(10))
        }
        return holds()
    }

    private static func fields(_ response: HTTPClientResponse) -> [String: String] {
        Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
    }
}

extension JSONNode {
    /// A value further down: `choices`, `0`, `message`.
    func at(_ path: String...) -> JSONNode? {
        path.reduce(Optional(self)) { node, name in
            guard let index = Int(name), node?.kind == .array else { return node?[name] }
            return index < node?.elements.count ?? 0 ? node?.elements[index] : nil
        }
    }
}
#endif
