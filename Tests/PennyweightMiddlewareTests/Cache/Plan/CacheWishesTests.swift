import HTTPTypes
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightMiddleware

@Suite("CacheWishes")
struct CacheWishesTests {
    private static let id = "01980000-0000-7000-8000-000000000001"

    private func wishes(_ fields: [(String, String)]) throws -> CacheWishes {
        var all = HTTPFields()
        for (name, value) in fields {
            all.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value))
        }
        return try CacheWishes(all)
    }

    private func problem(_ fields: [(String, String)]) -> String {
        do {
            _ = try wishes(fields)
            return ""
        } catch {
            let failure = error as? Failure
            #expect(failure?.code == .invalidRequest)
            #expect(failure?.wasNeverSent == true)
            return failure?.message ?? ""
        }
    }

    @Test("every mode has its name, in any case", arguments: ReplayMode.allCases)
    func modes(mode: ReplayMode) throws {
        #expect(try wishes([("X-Pennyweight-Replay", mode.rawValue)]).mode == mode)
        #expect(try wishes([("x-pennyweight-replay", " \(mode.rawValue.uppercased()) ")]).mode == mode)
        #expect(try wishes([("X-Lumenfall-Replay", mode.rawValue)]).mode == mode)
    }

    @Test("every match is read with what it needs")
    func matches() throws {
        #expect(try wishes([("x-pennyweight-replay-match", "standard")]).match == .standard)
        #expect(try wishes([("x-pennyweight-replay-match", "Strict")]).match == .strict)
        #expect(
            try wishes([
                ("x-pennyweight-replay-match", "specific"),
                ("x-pennyweight-replay-fields", "model, messages,"),
            ]).match == .fields(["model", "messages"]))
        let id = try #require(SortableID(Self.id))
        #expect(
            try wishes([
                ("x-pennyweight-replay-match", "pinned"),
                ("x-pennyweight-replay-recording", "rec_\(Self.id)"),
            ]).match == .pinned(id))
        #expect(try wishes([("x-pennyweight-replay-recording", Self.id)]).match == .pinned(id))
        #expect(try wishes([("x-lumenfall-replay-fields", "model")]).match == .fields(["model"]))
    }

    @Test("the rest is read as well, and Cache-Control with it")
    func rest() throws {
        let wishes = try wishes([
            ("x-pennyweight-cache-namespace", "suite 7"), ("x-pennyweight-cache-tags", "a=b, c=d=e"),
            ("x-pennyweight-cache-ttl", "600"), ("cache-control", "max-age=5"),
        ])
        #expect(wishes.namespace == "suite 7")
        #expect(wishes.tags == ["a": "b", "c": "d=e"])
        #expect(wishes.timeToLive == .seconds(600))
        #expect(wishes.directives.maximumAge == .seconds(5))
        #expect(wishes.mode == nil && wishes.match == nil)
    }

    @Test("nothing said is nothing wished")
    func nothing() throws {
        #expect(try wishes([]) == CacheWishes())
        #expect(try wishes([("x-pennyweight-replay", ""), ("x-pennyweight-tags", "a=b")]) == CacheWishes())
    }

    @Test(
        "what is unknown is refused with the header and its choices",
        arguments: [
            (
                [("x-pennyweight-replay", "replay")],
                ["x-pennyweight-replay", "'replay'", "replay-or-record", "mock"]
            ),
            ([("x-pennyweight-replay", "off, record")], ["x-pennyweight-replay", "replay-or-error"]),
            ([("x-lumenfall-replay", "no")], ["x-pennyweight-replay", "replay-or-live"]),
            ([("x-pennyweight-replay-match", "exact")], ["x-pennyweight-replay-match", "strict", "pinned"]),
            ([("x-pennyweight-replay-match", "specific")], ["x-pennyweight-replay-fields"]),
            (
                [("x-pennyweight-replay-match", "specific"), ("x-pennyweight-replay-fields", " , ")],
                ["x-pennyweight-replay-fields"]
            ),
            ([("x-pennyweight-replay-match", "pinned")], ["x-pennyweight-replay-recording"]),
            ([("x-pennyweight-replay-recording", "rec_7")], ["x-pennyweight-replay-recording", "rec_"]),
            (
                [("x-pennyweight-replay-match", "strict"), ("x-pennyweight-replay-fields", "model")],
                ["x-pennyweight-replay-fields", "specific"]
            ),
            (
                [("x-pennyweight-replay-fields", "model"), ("x-pennyweight-replay-recording", "rec_x")],
                ["x-pennyweight-replay-recording", "pinned"]
            ),
            ([("x-pennyweight-cache-namespace", "a/b")], ["x-pennyweight-cache-namespace", "'/'"]),
            ([("x-pennyweight-cache-ttl", "-1")], ["x-pennyweight-cache-ttl", "600"]),
            ([("x-pennyweight-cache-ttl", "1e3")], ["x-pennyweight-cache-ttl"]),
            ([("x-pennyweight-cache-tags", "a")], ["x-pennyweight-cache-tags", "suite=login"]),
            ([("x-pennyweight-cache-tags", "a=b,a=c")], ["x-pennyweight-cache-tags"]),
            ([("x-pennyweight-cache-tag", "a=b")], ["x-pennyweight-cache-tag", "x-pennyweight-cache-tags"]),
            ([("x-pennyweight-replays", "off")], ["x-pennyweight-replays", "x-pennyweight-replay-match"]),
        ] as [([(String, String)], [String])])
    func refused(fields: [(String, String)], parts: [String]) {
        let problem = problem(fields)
        for part in parts { #expect(problem.contains(part), "\(problem)") }
        #expect(throws: Failure.self) { try wishes(fields) }
        do { _ = try wishes(fields) } catch { #expect((error as? Failure)?.param == parts[0]) }
    }

    @Test("more than sixteen tags are refused")
    func manyTags() {
        let tags = (0..<17).map { "t\($0)=x" }.joined(separator: ",")
        #expect(problem([("x-pennyweight-cache-tags", tags)]).contains("16"))
    }

    @Test("garbage is refused or read, and never read as another mode than one of ours")
    func garbage() throws {
        let seed: UInt64 = 20_261
        print("seed \(seed)")
        let random = SeededRandom(seed: seed)
        let pieces = [
            "off", "record", "mock", "rec_", ",", "=", " ", "-", "pinned", "é", "\"", "0", "\t", "/",
        ]
        let fields = ReplayField.allCases.map(\.rawValue)
        for _ in 0..<2_000 {
            let value = (0..<random.next(below: 6)).map { _ in
                pieces[Int(random.next(below: UInt64(pieces.count)))]
            }.joined()
            let field = fields[Int(random.next(below: UInt64(fields.count)))]
            let read = try? wishes([(field, value)])
            if let mode = read?.mode {
                #expect(mode.rawValue == value.filter { $0 != " " && $0 != "\t" }.lowercased())
            }
        }
    }

    @Test("the stronger of two says, tags add up, and of directives the stricter count")
    func overlaid() {
        var weak = CacheWishes()
        weak.mode = .record
        weak.namespace = "a"
        weak.tags = ["x": "1", "y": "1"]
        weak.directives = CacheDirectives("no-cache, max-age=5")
        var strong = CacheWishes()
        strong.mode = .replayOrError
        strong.tags = ["y": "2"]
        strong.directives = CacheDirectives("max-age=9")
        let both = weak.overlaid(by: strong)
        #expect(both.mode == .replayOrError)
        #expect(both.namespace == "a")
        #expect(both.tags == ["x": "1", "y": "2"])
        #expect(both.directives == CacheDirectives("no-cache, max-age=5"))
    }
}
