import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightMiddleware

@Suite("CacheWishes, in the body")
struct CacheWishesBodyTests {
    private func taken(_ body: String) throws -> (wishes: CacheWishes, rest: String)? {
        try CacheWishes.taken(from: Array(body.utf8)).map {
            ($0.wishes, String(decoding: $0.rest, as: UTF8.self))
        }
    }

    @Test("LiteLLM's form is understood, and every other byte stays where it is")
    func understood() throws {
        let found = try #require(
            try taken(
                #"{ "z":1e0, "cache": {"no-cache": true, "no-store": false, "ttl": 60.9, "s-maxage": 5, "namespace": "n"} ,"a":"\u0041" }"#
            ))
        #expect(found.rest == #"{ "z":1e0 ,"a":"\u0041" }"#)
        #expect(found.wishes.directives == CacheDirectives("no-cache, max-age=5"))
        #expect(found.wishes.timeToLive == .seconds(60))
        #expect(found.wishes.namespace == "n")
    }

    @Test(
        "first, last and alone, one comma goes with it",
        arguments: [
            (#"{"cache":{"no-store":true},"a":1}"#, #"{"a":1}"#),
            (#"{"a":1,"cache":{"no-store":true}}"#, #"{"a":1}"#), (#"{"cache":{"no-store":true}}"#, "{}"),
        ])
    func commas(body: String, rest: String) throws {
        let found = try #require(try taken(body))
        #expect(found.rest == rest)
        #expect(found.wishes.directives.noStore)
    }

    @Test("null says nothing, and is taken out all the same")
    func null() throws {
        let found = try #require(try taken(#"{"cache":{"no-cache":null,"ttl":null,"namespace":null}}"#))
        #expect(found.wishes == CacheWishes())
        #expect(found.rest == "{}")
    }

    @Test("times are bounded", arguments: [("1e99", Int64(Int32.max)), ("-3", 0), ("0.5", 0)])
    func bounds(number: String, seconds: Int64) throws {
        #expect(try taken(#"{"cache":{"ttl":\#(number)}}"#)?.wishes.timeToLive == .seconds(seconds))
    }

    @Test(
        "what is not LiteLLM's form is the provider's, and passes untouched",
        arguments: [
            #"{"a":1}"#, #"{"cache":true}"#, #"{"cache":"no-cache"}"#, #"{"cache":{}}"#, #"{"cache":[]}"#,
            #"{"cache":{"type":"ephemeral"}}"#, #"{"cache":{"no-cache":"yes"}}"#, #"{"cache":{"ttl":"60"}}"#,
            #"{"cache":{"namespace":7}}"#, #"{"cache":{"no-cache":true,"other":1}}"#,
            #"{"cache":{"no-cache":true},"cache":{"no-cache":true}}"#, #"{"x":{"cache":{"no-cache":true}}}"#,
            #"["cache"]"#, #"{"cache":{"no-cache":true}"#, "", #""cache""#, #"{"a":"\"cache\""}"#,
        ])
    func untouched(body: String) throws {
        #expect(try taken(body) == nil)
    }

    @Test("a namespace that can't be one is refused, and says where it stands")
    func badNamespace() {
        #expect {
            try taken(#"{"cache":{"namespace":"a/b"}}"#)
        } throws: { error in
            (error as? Failure)?.message.contains("cache.namespace") == true
        }
    }

    @Test("cut and changed bodies are never made worse: what isn't taken is nil, what is taken is JSON")
    func garbage() throws {
        let seed: UInt64 = 20_262
        print("seed \(seed)")
        let random = SeededRandom(seed: seed)
        let body = Array(#"{"a":[1,{"cache":2}],"cache":{"no-cache":true,"ttl":9},"b":"\"cache\""}"#.utf8)
        for _ in 0..<5_000 {
            var changed = body
            for _ in 0...random.next(below: 2) {
                changed[Int(random.next(below: UInt64(changed.count)))] = UInt8(random.next(below: 128))
            }
            if random.next(below: 4) == 0 { changed.removeLast(Int(random.next(below: 20))) }
            guard let taken = try? CacheWishes.taken(from: changed) else { continue }
            #expect(throws: Never.self) { try CanonicalForm(of: taken.rest) }
            #expect(taken.rest.count < changed.count)
        }
    }
}
