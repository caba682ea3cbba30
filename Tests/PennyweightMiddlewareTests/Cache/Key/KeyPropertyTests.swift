import PennyweightMiddleware
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("What changes a key")
struct KeyPropertyTests {
    private static let policy = FieldPolicy("chat/1", transportOnly: ["stream"], attributionOnly: ["user"])

    private func key(_ body: String) throws -> CacheKey {
        let form = try CanonicalForm(of: Array(body.utf8), omitting: Self.policy.omitted)
        return CacheKey(
            CacheKey.Fields(
                account: "a", method: "POST", provider: "p", route: "/r", policy: Self.policy,
                canonicalDigest: form.digest))
    }

    /// A request with known and unknown members, to every depth.
    private func request(_ random: SeededRandom) -> [RandomJSON.Member] {
        let json = RandomJSON(random)
        let names = [
            "model", "messages", "temperature", "tools", "thinking", "n", "seed", "x_new", "Stream", "users",
        ]
        return names.map { RandomJSON.Member(name: $0, value: json.value(depth: 4)) }
    }

    @Test(
        "any change of any value that is not on the short list changes the key",
        arguments: [32_101, 32_102] as [UInt64])
    func everyValue(seed: UInt64) throws {
        let random = SeededRandom(seed: seed)
        let json = RandomJSON(random)
        for _ in 0..<150 {
            let members = request(random)
            let original = json.spell(.object(members))
            let same = try key(original)
            #expect(
                try key(json.spell(.object(members))) == same, "seed \(seed): another spelling: \(original)")
            for index in members.indices {
                var changed = members
                changed[index].value = ValueChange(random).changed(changed[index].value)
                let text = json.spell(.object(changed))
                #expect(try key(text) != same, "seed \(seed): \(original) and \(text)")
            }
            let extra = json.spell(
                .object(members + [RandomJSON.Member(name: "another", value: .literal("null"))]))
            #expect(try key(extra) != same, "seed \(seed): a member more")
            #expect(try key(json.spell(.object(members.dropLast()))) != same, "seed \(seed): a member less")
        }
    }

    @Test("no change of a listed member changes the key")
    func listed() throws {
        let random = SeededRandom(seed: 32_111)
        let json = RandomJSON(random)
        for _ in 0..<100 {
            let members = request(random)
            let same = try key(json.spell(.object(members)))
            for name in Self.policy.omitted {
                let listed = json.spell(
                    .object(members + [RandomJSON.Member(name: name, value: json.value(depth: 3))]))
                #expect(try key(listed) == same, "seed \(random.seed): \(listed)")
            }
        }
    }

    @Test("a list of names is sorted, so that its order is no part of the key")
    func sorted() {
        #expect(
            FieldPolicy("x", transportOnly: ["b", "a"], attributionOnly: ["c"])
                == FieldPolicy("x", transportOnly: ["c", "b"], attributionOnly: ["a"]))
    }
}

/// Changes one value somewhere in a value, so that it means something else.
struct ValueChange {
    private let random: SeededRandom

    init(_ random: SeededRandom) { self.random = random }

    func changed(_ value: RandomJSON.Value) -> RandomJSON.Value {
        switch value {
        case .list(var elements) where !elements.isEmpty && random.next(below: 4) > 0:
            let index = Int(random.next(below: UInt64(elements.count)))
            elements[index] = changed(elements[index])
            return .list(elements)
        case .object(var members) where !members.isEmpty && random.next(below: 4) > 0:
            let index = Int(random.next(below: UInt64(members.count)))
            if random.next(below: 4) == 0 {
                members[index].name += "x"
            } else {
                members[index].value = changed(members[index].value)
            }
            return .object(members)
        case .number(let digits, let exponent): return number(digits, exponent)
        case .text(let text): return .text(random.next(below: 2) == 0 ? text + " " : "x" + text)
        case .literal(let name): return .literal(name == "null" ? "false" : "null")
        case .list, .object:
            return random.next(below: 2) == 0
                ? .list([value]) : .object([RandomJSON.Member(name: "x", value: value)])
        }
    }

    private func number(_ digits: String, _ exponent: Int) -> RandomJSON.Value {
        switch random.next(below: 3) {
        case 0: .number(digits: digits, exponent: exponent + 1)
        case 1: .text(digits)
        // The last digit, also of an integer beyond 2^53.
        default: .number(digits: digits + "1", exponent: exponent - 1)
        }
    }
}
