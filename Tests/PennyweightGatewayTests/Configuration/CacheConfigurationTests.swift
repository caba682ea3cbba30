#if Gateway
import Foundation
import PennyweightMiddleware
import Testing

@testable import PennyweightGateway

@Suite("The cache in the configuration")
struct CacheConfigurationTests {
    private func read(_ yaml: String, environment: [String: String] = [:]) async throws
        -> GatewayConfiguration
    {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).yaml")
        try Data(yaml.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let environment = environment.merging(["OPENAI_API_KEY": "sk-test"]) { $1 }
        return try await GatewayConfiguration.read(file: file.path, environment: environment)
    }

    private func problems(_ yaml: String) async throws -> String {
        do {
            _ = try await read(yaml)
            return ""
        } catch let error as ConfigurationError {
            return error.description
        }
    }

    @Test("every setting has its place, for all calls, for a rule and for an account")
    func everySetting() async throws {
        let settings = """
            { seconds: 1, staleWhileRevalidateSeconds: 2, staleIfErrorSeconds: 3, negativeSeconds: 4, \
            jitterPercent: 5, earlyRefreshPercent: 60, mode: record, match: strict, pace: recorded, namespace: blue, \
            admit: deterministic, share: accounts, attribution: ignored }
            """
        let policy = try await read(
            """
            cache:
              seconds: 1
              staleWhileRevalidateSeconds: 2
              staleIfErrorSeconds: 3
              negativeSeconds: 4
              jitterPercent: 5
              earlyRefreshPercent: 60
              mode: record
              match: strict
              pace: recorded
              namespace: blue
              admit: deterministic
              share: accounts
              attribution: ignored
              rules:
                one: \(settings)
              accounts:
                acme/search: \(settings)
            """
        ).cache.policy
        var expected = CacheSettings()
        expected.timeToLive = .seconds(1)
        expected.staleWhileRevalidate = .seconds(2)
        expected.staleIfError = .seconds(3)
        expected.negativeTimeToLive = .seconds(4)
        expected.jitterPerMille = 50
        expected.earlyRefreshPerMille = 600
        expected.mode = .record
        expected.match = .strict
        expected.namespace = "blue"
        expected.pace = .recorded
        expected.admission = .deterministic
        expected.isShared = true
        expected.ignoresAttribution = true
        #expect(policy.rules == [CacheRule(CacheRule.Condition(), expected)])
        #expect(policy.accounts == ["acme/search": expected])
        var defaults = CachePlan()
        expected.apply(to: &defaults)
        #expect(policy.defaults == defaults)
    }

    @Test("rules are in the order of their numbers, then of their names, with their conditions")
    func order() async throws {
        let rules = try await read(
            """
            cache:
              rules:
                last: { seconds: 4 }
                10-b: { tag: team=red=x, seconds: 3 }
                9-a: { route: /chat/completions, model: "gpt-*", account: acme, match: [model, messages] }
                10-a: { seconds: 2 }
            """
        ).cache.policy.rules
        #expect(rules.map(\.settings.timeToLive) == [nil, .seconds(2), .seconds(3), .seconds(4)])
        #expect(rules[0].condition.route == "/chat/completions")
        #expect(rules[0].condition.model == ModelPattern("gpt-*"))
        #expect(rules[0].condition.account == "acme")
        #expect(rules[0].settings.match == .fields(["model", "messages"]))
        #expect(rules[2].condition.tag == .init(name: "team", value: "red=x"))
    }

    @Test("the environment says of all calls what the file says")
    func environment() async throws {
        let policy = try await read(
            "cache: { mode: record }",
            environment: ["PENNYWEIGHT_CACHE_MODE": "off", "PENNYWEIGHT_CACHE_STALE_IF_ERROR_SECONDS": "9"]
        ).cache.policy
        #expect(policy.defaults.mode == .off)
        #expect(policy.defaults.freshness.staleIfError == .seconds(9))
    }

    @Test("answers are sealed with credentials, or with one secret, that may stand in the environment")
    func encryption() async throws {
        #expect(try await read("cache: { encryption: { mode: off } }").cache.policy.encryption == .off)
        #expect(
            try await read("cache: { encryption: { mode: credential } }").cache.policy.encryption
                == .credential)
        let secret = String(repeating: "0f", count: 32)
        let policy = try await read(
            "cache: { encryption: { mode: secret } }",
            environment: ["PENNYWEIGHT_CACHE_ENCRYPTION_SECRET": secret]
        ).cache.policy
        #expect(policy.encryption.secret == CacheSecret(reading: secret))
        #expect(policy.encryption.isOn)
        let shown = try await problems("cache: { encryption: { mode: secret, secret: \(secret)0 } }")
        #expect(!shown.isEmpty && !shown.contains("0f0f"))
    }

    @Test("an empty configuration is the default policy")
    func nothing() async throws {
        #expect(try await read("port: 1").cache.policy == CachePolicy())
    }

    @Test(
        "what can't be used is named with its place and with what to give",
        arguments: [
            ("mode: sometimes", "key 'cache.mode': 'sometimes'", "replay-or-error"),
            ("seconds: 0", "key 'cache.seconds': '0'", "whole seconds from 1"),
            ("share: everybody", "key 'cache.share'", "none or accounts"),
            ("pace: slow", "key 'cache.pace': 'slow'", "instant, recorded"),
            ("encryption: { mode: always }", "key 'cache.encryption.mode': 'always'", "credential or secret"),
            ("encryption: { mode: secret }", "Key 'cache.encryption.secret'", "openssl rand"),
            ("encryption: { mode: secret, secret: abc }", "cache.encryption.secret': The secret", "64 hex"),
            ("encryption: { secret: abc }", "cache.encryption.secret'", "cache.encryption.mode' to secret"),
            ("namespace: a/b", "key 'cache.namespace'", "without '/'"),
            ("rules: { a: { seconds: x } }", "key 'cache.rules.a.seconds': 'x'", "whole seconds"),
            ("rules: { a: { mode: [off, record] } }", "cache.rules.a.mode': a list", "one of off"),
            ("rules: { a: { model: \"\" } }", "cache.rules.a.model': it is empty", "* for any text"),
            ("rules: { a: { route: chat } }", "cache.rules.a.route': 'chat'", "/chat/completions"),
            ("rules: { a: { account: a//b } }", "cache.rules.a.account'", "acme/search"),
            ("rules: { a: { tag: x } }", "cache.rules.a.tag'", "name=value"),
            ("rules: { a: { jitterPercent: 51 } }", "cache.rules.a.jitterPercent'", "0 to 50"),
            (
                "rules: { a: { second: 1 } }", "cache.rules.a.second': there is no such key",
                "rules.a.seconds'?"
            ),
            ("rules: { a: { match: [model, \"\"] } }", "cache.rules.a.match': a member is empty", "[model"),
            ("rules: 5", "key 'cache.rules'", "written by their names"),
            ("rules: [ { seconds: 5 } ]", "key 'cache.rules'", "written by their names"),
            ("accounts: { a b: { seconds: 1 } }", "cache.accounts.a b'", "acme/search"),
            (
                "accounts: { acme: { model: x } }", "cache.accounts.acme.model': there is no such key",
                "acme.mode'?"
            ),
            ("rule: { a: { seconds: 1 } }", "key 'cache.rule.a.seconds': there is no such key", "remove"),
        ])
    func problems(yaml: String, place: String, advice: String) async throws {
        let found = try await problems("cache:\n  \(yaml)\n")
        #expect(found.contains(place), "\(found)")
        #expect(found.contains(advice), "\(found)")
    }

    @Test("more rules than a call should be compared with are refused")
    func many() async throws {
        let rules = (0...256).map { "    r\($0): { seconds: 1 }" }.joined(separator: "\n")
        #expect(try await problems("cache:\n  rules:\n\(rules)\n").contains("at most 256"))
    }
}
#endif
