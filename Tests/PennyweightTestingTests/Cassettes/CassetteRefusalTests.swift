import Foundation
import HTTPTypes
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import Testing

@Suite("A cassette says what is wrong")
struct CassetteRefusalTests {
    @Test("an unknown call fails, names the place where it differs, and was never sent")
    func unknown() async throws {
        let bench = CassetteBench()
        defer { bench.remove() }
        let recorder = try Cassette(
            at: bench.path, recording: ScriptedTransport([.answer(200, "{}"), .answer(200, "{}")]))
        _ = try await bench.ask(
            recorder, bench.chat(#"{"model":"a","messages":[{"content":"Name a metal."}]}"#))
        _ = try await bench.ask(recorder, bench.chat(#"{"model":"b","messages":[]}"#))
        let player = try Cassette(at: bench.path)
        for (body, place) in [
            (
                #"{"model":"a","messages":[{"content":"Name a gas."}]}"#,
                #"$.messages[0].content (recorded "Name a metal.", asked "Name a gas.")"#
            ),
            (
                #"{"model":"a","messages":[{"content":"Name a metal."}],"n":2}"#,
                "$.n (asked, and not recorded)"
            ),
            (#"{"model":"a","messages":[]}"#, "$.messages (recorded 1 elements, asked 0)"),
            (#"{"model":"a"}"#, "$.messages (recorded, and not asked)"),
        ] {
            let failure = await bench.problem { _ = try await bench.ask(player, bench.chat(body)) }
            #expect(failure?.message.contains(place) == true, "\(failure?.message ?? "no failure")")
            #expect(failure?.wasNeverSent == true && failure?.code == .invalidRequest)
        }
        let other = await bench.problem { _ = try await bench.ask(player, Request(.get, "/models")) }
        #expect(other?.message.contains("it has POST /chat/completions") == true)
    }

    @Test("in the mode replay nothing is ever sent, and in record everything is recorded anew")
    func modes() async throws {
        let bench = CassetteBench()
        defer { bench.remove() }
        let upstream = ScriptedTransport([.answer(200, "1"), .answer(200, "2")])
        let player = try Cassette(at: bench.path, recording: upstream, mode: .replay)
        #expect(await bench.problem { _ = try await bench.ask(player, bench.chat("{}")) } != nil)
        #expect(upstream.requests.isEmpty)
        _ = try await bench.ask(try Cassette(at: bench.path, recording: upstream), bench.chat("{}"))
        let again = try Cassette(at: bench.path, recording: upstream, mode: .record)
        #expect(try await bench.ask(again, bench.chat("{}")).1 == "2")
        #expect(try await bench.ask(Cassette(at: bench.path), bench.chat("{}")).1 == "2")
        let nothing = await bench.problem {
            _ = try await bench.ask(Cassette(at: bench.path + ".none"), bench.chat("{}"))
        }
        #expect(nothing?.message.contains("no transport to make one with") == true)
    }

    @Test("no credential is written, and a call with another key finds its recording")
    func secrets() async throws {
        let bench = CassetteBench()
        defer { bench.remove() }
        func request(_ key: String, _ word: String) -> Request {
            var request = Request(
                .post, "/chat/completions?key=\(key)", body: Body(#"{"key":"\#(key)","word":"\#(word)"}"#))
            request.head.headerFields[.authorization] = "Bearer \(key)"
            request.head.headerFields[.cookie] = "session=\(key)"
            return request
        }
        let (first, second) = ("sk-proj-0123456789abcdef", "sk-proj-fedcba9876543210")
        let upstream = ScriptedTransport([
            .answer(401, #"{"error":"Incorrect key \#(first) of hunter22"}"#, headers: [.setCookie: first])
        ])
        let recorder = try Cassette(at: bench.path, recording: upstream, secrets: ["hunter22"])
        let recorded = try await bench.ask(recorder, request(first, "hunter22"))
        #expect(upstream.requests.first?.head.headerFields[.authorization] == "Bearer \(first)")
        #expect(upstream.requests.first?.body.bytes == request(first, "hunter22").body.bytes)
        let text = try bench.text
        #expect(!text.contains("0123456789abcdef") && !text.contains("hunter22") && !text.contains("ookie"))
        let player = try Cassette(at: bench.path, secrets: ["hunter22"])
        #expect(try await bench.ask(player, request(second, "hunter22")) == recorded)
        #expect(throws: Failure.self) { try Cassette(at: bench.path, secrets: ["abc"]) }
    }

    @Test(
        "a damaged file is refused with its line",
        arguments: [
            ("", 1), ("pennyweight-cassette 2\n", 1), ("pennyweight-cassette 1\nx\n", 2),
            ("pennyweight-cassette 1\n> GET /\n", 3), ("pennyweight-cassette 1\n> GET /\n< 99\n", 3),
            ("pennyweight-cassette 1\n> GET /\nbody xml\n", 3),
            ("pennyweight-cassette 1\n> GET /\n< 200\nbody base64\n|???\n", 5),
        ])
    func damage(text: String, line: Int) async throws {
        let bench = CassetteBench()
        defer { bench.remove() }
        let url = URL(fileURLWithPath: bench.path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
        let failure = await bench.problem { _ = try Cassette(at: bench.path) }
        #expect(failure?.code == .storage)
        #expect(failure?.message.contains("line \(line)") == true, "\(failure?.message ?? "no failure")")
    }

    @Test("a path that can't be written fails the call that would be recorded")
    func unwritable() async throws {
        let upstream = ScriptedTransport([.answer(200, "{}")])
        let bench = CassetteBench()
        let recorder = try Cassette(at: "/dev/null/recording.txt", recording: upstream)
        let failure = await bench.problem { _ = try await bench.ask(recorder, bench.chat("{}")) }
        #expect(failure?.code == .storage)
    }

    @Test("names that leave the directory are refused", arguments: ["", "/a", "../a", "a/../b", "a b"])
    func names(name: String) {
        #expect(throws: Failure.self) { try Pipeline.cassette(name) }
    }
}
