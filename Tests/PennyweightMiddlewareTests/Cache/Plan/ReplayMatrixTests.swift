import HTTPTypes
import PennyweightLedger
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightMiddleware

/// Every mode with every look-up, at the stage: what is served, who is asked, what is kept.
@Suite("Replay, mode × match", .timeLimit(.minutes(5)))
struct ReplayMatrixTests {
    enum Match: String, CaseIterable, Sendable {
        case standard, strict, specific, pinned
    }

    /// What a call comes to.
    enum Result: Hashable, Sendable {
        /// From the store, nobody asked.
        case hit
        /// From the provider.
        case live(isKept: Bool)
        /// Made up, nobody asked.
        case mock
        /// 404, nobody asked.
        case notFound
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let mode: ReplayMode
        let match: Match
        /// With nothing stored that the look-up finds.
        let empty: Result
        /// With an answer stored.
        let stored: Result

        var testDescription: String { "\(mode.rawValue), \(match.rawValue)" }
    }

    static let rows: [Row] = Match.allCases.flatMap { match in
        let isPinned = match == .pinned
        return [
            Row(mode: .off, match: match, empty: .live(isKept: false), stored: .live(isKept: false)),
            Row(mode: .record, match: match, empty: .live(isKept: true), stored: .live(isKept: true)),
            Row(
                mode: .replayOrRecord, match: match, empty: isPinned ? .notFound : .live(isKept: true),
                stored: .hit),
            Row(mode: .replayOrLive, match: match, empty: .live(isKept: false), stored: .hit),
            Row(mode: .replayOrError, match: match, empty: .notFound, stored: .hit),
            Row(mode: .replayOrMock, match: match, empty: .mock, stored: .hit),
            Row(mode: .mock, match: match, empty: .mock, stored: .mock),
        ]
    }

    private static let body = #"{"model":"m","messages":[]}"#
    private static let absent = "rec_01980000-0000-7000-8000-000000000001"
    private let scene: CacheScene

    init() {
        var scene = CacheScene()
        scene.format.mocks = true
        self.scene = scene
    }

    private func request(_ mode: ReplayMode, _ match: Match, recording: String) -> Request {
        var request = CacheScene.chat(Self.body)
        request.set("x-pennyweight-replay", mode.rawValue)
        request.set("x-pennyweight-replay-match", match.rawValue)
        if match == .specific { request.set("x-pennyweight-replay-fields", "messages") }
        if match == .pinned { request.set("x-pennyweight-replay-recording", recording) }
        return request
    }

    private func result(_ answer: (text: String, facts: Facts, status: Int)) throws -> Result {
        if answer.status == 404 { return .notFound }
        switch answer.facts.cache?.status {
        case .mock: return .mock
        case .hit: return .hit
        case .miss, .bypass: return .live(isKept: answer.facts.cache?.storing?.result == .stored)
        case nil: throw FaultyStore.Broken()
        }
    }

    @Test("there is a row for each of seven modes and four look-ups")
    func complete() {
        #expect(Set(Self.rows.map { "\($0.mode) \($0.match)" }).count == 28)
    }

    @Test("an empty store", arguments: rows)
    func empty(row: Row) async throws {
        let upstream = ScriptedTransport([.answer(200, "{}")])
        let answer = try await scene.ask(
            scene.pipeline(upstream), request(row.mode, row.match, recording: Self.absent))
        #expect(try result(answer) == row.empty)
        try check(answer, row.empty, asked: upstream.requests)
        #expect(scene.memory.count == (row.empty == .live(isKept: true) ? 1 : 0))
    }

    @Test("a stored answer", arguments: rows)
    func stored(row: Row) async throws {
        let upstream = ScriptedTransport([.answer(200, "1"), .answer(200, "2")])
        let pipeline = scene.pipeline(upstream)
        // What is pinned was stored by a look-up of another kind.
        let first = row.match == .pinned ? Match.standard : row.match
        let recorded = try await scene.ask(pipeline, request(.record, first, recording: Self.absent))
        let id = try #require(recorded.facts.cache?.recording)
        let answer = try await scene.ask(pipeline, request(row.mode, row.match, recording: "rec_\(id)"))
        #expect(try result(answer) == row.stored)
        try check(answer, row.stored, asked: Array(upstream.requests.dropFirst()))
        if row.stored == .hit {
            #expect(answer.text == "1")
            #expect(answer.facts.cache?.recording == id)
        }
    }

    private func check(
        _ answer: (text: String, facts: Facts, status: Int), _ result: Result, asked: [Request]
    ) throws {
        switch result {
        case .hit:
            #expect(asked.isEmpty)
            #expect(answer.facts.attempts == 0)
            #expect(answer.facts.header?.hasPrefix("Pennyweight; hit; ttl=") == true)
        case .live:
            #expect(asked.count == 1)
            #expect(answer.facts.attempts == 1)
            // What is said to the cache stays here, and the body is as the caller wrote it.
            let names = asked.first?.head.headerFields.map(\.name.canonicalName) ?? []
            #expect(!names.contains { $0.hasPrefix("x-pennyweight-") })
            #expect(asked.first?.body.bytes == Array(Self.body.utf8))
        case .mock:
            #expect(asked.isEmpty)
            #expect(answer.text == "mock")
            #expect(answer.facts.attempts == 0)
            #expect(answer.facts.header == "Pennyweight; detail=mock")
            #expect(answer.facts.statement?.cost == .nothing)
            #expect(answer.facts.statement?.provider == "mock")
        case .notFound:
            #expect(asked.isEmpty)
            #expect(answer.facts.attempts == 0)
            #expect(answer.facts.header == "Pennyweight; detail=recording-not-found")
            #expect(answer.facts.statement == nil)
        }
    }

    @Test("strict tells apart what standard takes for one, and neither finds what the other kept")
    func strict() async throws {
        let upstream = ScriptedTransport((1...4).map { .answer(200, "\($0)") })
        let pipeline = scene.pipeline(upstream)
        let spellings = [Self.body, #"{"messages":[],"model":"m"}"#]
        for body in spellings {
            var request = CacheScene.chat(body)
            request.set("x-pennyweight-replay-match", "strict")
            #expect(try await scene.ask(pipeline, request).facts.cache?.status == .miss(.absent))
            #expect(try await scene.ask(pipeline, request).facts.cache?.status == .hit)
        }
        // The canonical spelling is no exception.
        let canonical = String(decoding: try CanonicalForm(of: Array(Self.body.utf8)).bytes, as: UTF8.self)
        #expect(spellings.contains(canonical))
        #expect(try await scene.ask(pipeline, CacheScene.chat(canonical)).text == "3")
        #expect(try await scene.ask(pipeline, CacheScene.chat(Self.body)).text == "3")
    }

    @Test("a specific look-up finds by the named members alone, and by which are named")
    func specific() async throws {
        let upstream = ScriptedTransport((1...4).map { .answer(200, "\($0)") })
        let pipeline = scene.pipeline(upstream)
        func ask(_ body: String, _ fields: String) async throws -> String {
            var request = CacheScene.chat(body)
            request.set("x-pennyweight-replay-fields", fields)
            return try await scene.ask(pipeline, request).text
        }
        #expect(try await ask(#"{"model":"a","messages":["x"],"seed":1}"#, "messages") == "1")
        #expect(try await ask(#"{"seed":2,"messages":[ "\u0078" ],"model":"b"}"#, "messages") == "1")
        #expect(try await ask(#"{"model":"a","messages":["y"]}"#, "messages") == "2")
        #expect(try await ask(#"{"model":"a","messages":["x"]}"#, "messages,tools") == "3")
        #expect(try await ask(#"{"model":"a","messages":["x"]}"#, "tools,messages") == "3")
        #expect(try await ask(#"{"model":"a","messages":["x"]}"#, "model,messages") == "4")
    }

    @Test("a specific look-up of a body that is no object goes through uncached")
    func specificOfNone() async throws {
        let pipeline = scene.pipeline(ScriptedTransport([.answer(200, "{}")]))
        var request = CacheScene.chat("[]")
        request.set("x-pennyweight-replay-fields", "messages")
        #expect(
            try await scene.ask(pipeline, request).facts.header
                == "Pennyweight; fwd=bypass; detail=malformed-body")
    }

    @Test(
        "a pinned recording of another account, namespace or route is not found",
        arguments: ["account", "namespace", "route"])
    func pinnedElsewhere(what: String) async throws {
        let upstream = ScriptedTransport([.answer(200, "{}")])
        let pipeline = scene.pipeline(upstream)
        let id = try #require(try await scene.ask(pipeline).facts.cache?.recording)
        var request = what == "route" ? Request(.get, "/models") : CacheScene.chat()
        request.set("x-pennyweight-replay-recording", "rec_\(id)")
        if what == "namespace" { request.set("x-pennyweight-cache-namespace", "other") }
        let answer = try await scene.ask(pipeline, request, account: what == "account" ? "other" : "default")
        #expect(answer.status == 404)
        #expect(upstream.requests.count == 1)
    }

    @Test("a pinned recording is served when it is stale, and says so")
    func pinnedStale() async throws {
        let pipeline = scene.pipeline(ScriptedTransport([.answer(200, "{}")]))
        let id = try #require(try await scene.ask(pipeline).facts.cache?.recording)
        scene.time.advance(by: .seconds(86_400 + 30))
        var request = CacheScene.chat(#"{"model":"other"}"#)
        request.set("x-pennyweight-replay-recording", "rec_\(id)")
        #expect(try await scene.ask(pipeline, request).facts.header == "Pennyweight; hit; ttl=-30")
    }

    @Test("a store that fails when a recording is pinned asks nobody")
    func pinnedBroken() async throws {
        let upstream = ScriptedTransport([])
        let pipeline = scene.pipeline(upstream, store: FaultyStore(.read))
        var request = CacheScene.chat()
        request.set("x-pennyweight-replay", "replay-or-error")
        #expect(try await scene.ask(pipeline, request).status == 404)
        #expect(upstream.requests.isEmpty)
    }

    @Test("what can't be made up is refused, and nobody is asked", arguments: ["mock", "replay-or-mock"])
    func noMock(mode: String) async throws {
        let upstream = ScriptedTransport([])
        var request = Request(.post, "/jobs", body: Body("{}"))
        request.set("x-pennyweight-replay", mode)
        let answer = try await scene.ask(scene.pipeline(upstream), request)
        #expect(answer.status == 400)
        #expect(answer.facts.header == "Pennyweight; detail=mock-unavailable")
        #expect(upstream.requests.isEmpty)
    }

    @Test(
        "what the cache doesn't take is refused where the provider may not be asked",
        arguments: ["replay-or-error", "off"])
    func bypassed(mode: String) async throws {
        let upstream = ScriptedTransport([.answer(200, "{}")])
        var request = Request(.get, "/jobs/1")
        request.set("x-pennyweight-replay", mode)
        let answer = try await scene.ask(scene.pipeline(upstream), request)
        #expect(answer.status == (mode == "off" ? 200 : 404))
        #expect(upstream.requests.count == (mode == "off" ? 1 : 0))
    }

    @Test("an unreadable header is refused before anything is looked up or asked")
    func unreadable() async throws {
        let upstream = ScriptedTransport([])
        var request = CacheScene.chat()
        request.set("x-pennyweight-replay", "sometimes")
        await #expect {
            _ = try await scene.ask(scene.pipeline(upstream), request)
        } throws: { ($0 as? Failure)?.code == .invalidRequest }
        #expect(upstream.requests.isEmpty)
    }
}

extension Request {
    mutating func set(_ name: String, _ value: String) {
        head.headerFields[HTTPField.Name(name)!] = value
    }
}
