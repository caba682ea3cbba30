import Foundation
import HTTPTypes
import Logging
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

/// A directory for the recordings of one test.
struct CassetteBench {
    let path: String
    let context: Context

    init() {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("pennyweight-\(UUID())/recording.txt").path
        context = Context(
            id: SortableID(bytes: [UInt8](repeating: 7, count: 16))!, logger: Logger(label: "t"))
    }

    func remove() {
        try? FileManager.default.removeItem(at: URL(fileURLWithPath: path).deletingLastPathComponent())
    }

    var text: String { get throws { try String(contentsOfFile: path, encoding: .utf8) } }

    func ask(_ transport: some Transport, _ request: Request) async throws -> (Int, String) {
        let response = try await transport.send(request, context: context)
        let body = try await response.body.collect(upTo: 1 << 20)
        return (response.status.code, String(decoding: body, as: UTF8.self))
    }

    func chat(_ body: String) -> Request { Request(.post, "/chat/completions", body: Body(body)) }

    func problem(_ work: () async throws -> Void) async -> Failure? {
        do {
            try await work()
            return nil
        } catch { return error as? Failure }
    }
}

@Suite("A cassette records once and replays offline")
struct CassetteTests {
    @Test("what was recorded is replayed byte for byte, without a transport")
    func replays() async throws {
        let bench = CassetteBench()
        defer { bench.remove() }
        let bodies = [
            #"{"a":[1,{}],"b":"x\n|y","c":[]}"#, "{\n  \"spaced\": true\n}", "line\n\nline\n", "",
            "a\r\nb\r\n",
            "a\rb", "> GET /x\n< 200\nbody text\n", "{}", "é\u{2028}", "{\"a\":1}\n",
        ]
        let upstream = ScriptedTransport(bodies.map { .answer(200, $0) })
        let recorder = try Cassette(at: bench.path, recording: upstream)
        for (number, body) in bodies.enumerated() {
            let answer = try await bench.ask(recorder, bench.chat(#"{"n":\#(number)}"#))
            #expect(answer == (200, body))
        }
        let player = try Cassette(at: bench.path)
        #expect(player.count == bodies.count)
        for (number, body) in bodies.enumerated().reversed() {
            let answer = try await bench.ask(player, bench.chat(#"{ "n" : \#(number).0 }"#))
            #expect(answer == (200, body), "body \(number)")
        }
    }

    @Test("any bytes come back as they were", arguments: [1, 2, 3])
    func anyBytes(seed: UInt64) async throws {
        let bench = CassetteBench()
        defer { bench.remove() }
        let random = SeededRandom(seed: seed)
        let alphabet: [UInt8] = [
            0x0A, 0x0D, 0x7C, 0x20, 0x00, 0xC3, 0xA9, 0x7B, 0x7D, 0x22, 0x5C, 0x41, 0xFF,
        ]
        let bodies = (0..<60).map { _ in
            (0..<Int(random.next() % 40)).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
        }
        let upstream = ScriptedTransport(
            bodies.map { body in .custom { _, _ in Response(.ok, body: Body(body)) } })
        let recorder = try Cassette(at: bench.path, recording: upstream)
        for number in bodies.indices { _ = try await bench.ask(recorder, bench.chat("\(number)")) }
        let player = try Cassette(at: bench.path)
        for (number, body) in bodies.enumerated() {
            let response = try await player.send(bench.chat("\(number)"), context: bench.context)
            #expect(try await response.body.collect(upTo: 1 << 20) == body, "seed \(seed), body \(number)")
        }
    }

    @Test("the second of two equal calls gets the second answer, and the last one is repeated")
    func sequence() async throws {
        let bench = CassetteBench()
        defer { bench.remove() }
        let upstream = ScriptedTransport([.answer(200, "queued"), .answer(200, "completed")])
        let recorder = try Cassette(at: bench.path, recording: upstream)
        let poll = Request(.get, "/videos/1")
        for _ in 0..<2 { _ = try await bench.ask(recorder, poll) }
        let player = try Cassette(at: bench.path)
        var answers: [String] = []
        for _ in 0..<4 { answers.append(try await bench.ask(player, poll).1) }
        #expect(answers == ["queued", "completed", "completed", "completed"])
    }

    @Test("a stream is replayed event by event")
    func streams() async throws {
        let bench = CassetteBench()
        defer { bench.remove() }
        let events = ["data: {\"a\":1}\n\n", ": note\n\n", "data: [DONE]\n\n"]
        let upstream = ScriptedTransport([
            .answer(200, events.joined(), headers: [.contentType: "text/event-stream"])
        ])
        let recorder = try Cassette(at: bench.path, recording: upstream)
        _ = try await bench.ask(recorder, bench.chat(#"{"stream":true}"#))
        let response = try await Cassette(at: bench.path).send(
            bench.chat(#"{"stream":true}"#), context: bench.context)
        let reader = try response.body.makeReader()
        var chunks: [String] = []
        while let chunk = try await reader.read() { chunks.append(String(decoding: chunk, as: UTF8.self)) }
        #expect(chunks == events)
        #expect(response.head.headerFields[.contentType] == "text/event-stream")
    }

    @Test("statuses are recorded; an exchange that breaks off is not")
    func failures() async throws {
        let bench = CassetteBench()
        defer { bench.remove() }
        let upstream = ScriptedTransport([
            .answer(429, "{}", headers: [.retryAfter: "2", .setCookie: "session=1"]),
            .fail(Failure(.connectionLost, "gone")), .answer(200, "{}"),
        ])
        let recorder = try Cassette(at: bench.path, recording: upstream)
        #expect(try await bench.ask(recorder, bench.chat(#"{"n":1}"#)).0 == 429)
        #expect(
            await bench.problem { _ = try await bench.ask(recorder, bench.chat("2")) }?.code
                == .connectionLost)
        #expect(try await bench.ask(recorder, bench.chat(#"{"n":3}"#)).0 == 200)
        let player = try Cassette(at: bench.path)
        #expect(player.count == 2)
        let limited = try await player.send(bench.chat(#"{"n":1}"#), context: bench.context)
        #expect(limited.status.code == 429 && limited.head.headerFields[.retryAfter] == "2")
        #expect(limited.head.headerFields[.setCookie] == nil)
    }

    @Test("a form is told by its parts and not by its boundary")
    func forms() async throws {
        let bench = CassetteBench()
        defer { bench.remove() }
        func form(_ boundary: String, _ value: String) -> Request {
            let part = "content-disposition: form-data; name=\"prompt\"\r\n\r\n\(value)"
            let body = "--\(boundary)\r\n\(part)\r\n--\(boundary)--\r\n"
            var request = Request(.post, "/videos", body: Body(body))
            request.head.headerFields[.contentType] = "multipart/form-data; Boundary=\"\(boundary)\""
            return request
        }
        let recorder = try Cassette(at: bench.path, recording: ScriptedTransport([.answer(200, "{}")]))
        _ = try await bench.ask(recorder, form("aaaa1111", "a cat"))
        let player = try Cassette(at: bench.path)
        #expect(try await bench.ask(player, form("bbbb2222", "a cat")).0 == 200)
        #expect(await bench.problem { _ = try await bench.ask(player, form("cccc", "a dog")) } != nil)
    }
}
