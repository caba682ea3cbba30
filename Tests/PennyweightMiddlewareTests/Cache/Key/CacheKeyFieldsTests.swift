import PennyweightMiddleware
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("CacheKey.Fields")
struct CacheKeyFieldsTests {
    private func fields(_ body: String = #"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#) throws
        -> CacheKey.Fields
    {
        CacheKey.Fields(
            account: "team", namespace: "blue", method: "POST", provider: "openai",
            base: "https://api.example/v1",
            route: "/chat/completions", query: "v=1",
            headers: [.init("openai-beta", "x"), .init("other", nil)],
            canonicalDigest: try CanonicalForm(of: Array(body.utf8)).digest)
    }

    @Test("a key is its digest")
    func digest() throws {
        let key = CacheKey(try fields())
        #expect(CacheKey(digest: key.digest) == key)
        #expect(CacheKey(digest: key.digest.dropLast()) == nil)
    }

    @Test("a byte that moves from one field to the next changes the key")
    func boundaries() throws {
        var left = try fields()
        var right = left
        (left.account, left.namespace) = ("ab", "c")
        (right.account, right.namespace) = ("a", "bc")
        #expect(CacheKey(left) != CacheKey(right))
        (left.account, left.namespace) = ("", "abc")
        (right.account, right.namespace) = ("abc", "")
        #expect(CacheKey(left) != CacheKey(right))
        left = try fields()
        right = left
        left.headers = [.init("a", nil)]
        right.headers = [.init("a", "")]
        #expect(CacheKey(left) != CacheKey(right))
        left.policy = FieldPolicy("a", transportOnly: ["bc"])
        right = left
        right.policy = FieldPolicy("a", transportOnly: ["b", "c"])
        #expect(CacheKey(left) != CacheKey(right))
        right.policy = FieldPolicy("ab", transportOnly: ["c"])
        #expect(CacheKey(left) != CacheKey(right))
        left.headers = [.init("a", "b"), .init("c", "d")]
        right.headers = [.init("a", "bc"), .init("", "d")]
        #expect(CacheKey(left) != CacheKey(right))
    }

    @Test("every field is in the key")
    func everyField() throws {
        let base = try fields()
        var variants = [base]
        let changes: [(inout CacheKey.Fields) -> Void] = [
            { $0.account += "x" }, { $0.namespace += "x" }, { $0.method += "x" }, { $0.provider += "x" },
            { $0.base += "x" }, { $0.route += "x" }, { $0.query += "x" }, { $0.headers.removeLast() },
            { $0.headers[0].value = "y" }, { $0.headers[1].value = "y" }, { $0.headers[0].name = "y" },
            { $0.canonicalDigest[31] ^= 1 }, { $0.policy = FieldPolicy("x", transportOnly: []) },
            { $0.policy = FieldPolicy("", transportOnly: ["stream"]) },
        ]
        for change in changes {
            var variant = base
            change(&variant)
            variants.append(variant)
        }
        #expect(Set(variants.map(CacheKey.init)).count == variants.count)
    }

    @Test("every change of a body changes the key")
    func mutations() throws {
        let body =
            #"{"model":"m","messages":[{"role":"user","content":"hi"}],"temperature":0.7,"n":1,"#
            + #""seed":9007199254740993,"tools":[{"type":"function"}],"stop":null,"#
            + #""logprobs":false,"thinking":{"budget":1024}}"#
        let mutations = [
            (#""m""#, #""M""#), (#""user""#, #""system""#), (#""hi""#, #""hi ""#),
            ("0.7", "0.70000000000000001"),
            (#""n":1"#, #""n":2"#), (#""n":1"#, #""n":"1""#), (#""n":1"#, #""n":true"#), ("740993", "740992"),
            ("function", "functions"), ("null", #""null""#), ("null", "[]"), ("false", "true"),
            ("1024", "1025"),
            (#""thinking""#, #""thinkinG""#), (#","stop":null"#, ""),
            (#"{"type":"function"}"#, #"[{"type":"function"}]"#),
        ]
        var keys: Set<CacheKey> = [CacheKey(try fields(body))]
        for (old, new) in mutations {
            let changed = body.replacing(old, with: new)
            #expect(changed != body)
            keys.insert(CacheKey(try fields(changed)))
        }
        #expect(keys.count == mutations.count + 1)
    }
}
