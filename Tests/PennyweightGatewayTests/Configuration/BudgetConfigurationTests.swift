#if Gateway
import Foundation
import PennyweightLedger
import PennyweightMiddleware
import Testing

@testable import PennyweightGateway

@Suite("Budgets and webhooks in the configuration")
struct BudgetConfigurationTests {
    private func read(_ yaml: String, environment: [String: String] = [:]) async throws
        -> GatewayConfiguration
    {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).yaml")
        try Data(yaml.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let environment = environment.merging(["OPENAI_API_KEY": "sk-test"]) { $1 }
        return try await GatewayConfiguration.read(file: file.path, environment: environment)
    }

    /// The problems of a file, without its name.
    private func problems(_ yaml: String, environment: [String: String] = [:]) async throws -> [String] {
        do {
            _ = try await read(yaml, environment: environment)
            return []
        } catch let error as ConfigurationError {
            return error.problems.map { problem in
                #expect(
                    problem.hasPrefix("Key ") || problem.hasPrefix("Environment variable ")
                        || problem.contains(".yaml"))
                return problem.firstRange(of: "key ").map { String(problem[$0.lowerBound...]) } ?? problem
            }
        }
    }

    @Test("every field of a budget has its place in the file")
    func everyField() async throws {
        let budgets = try await read(
            """
            budgets:
              users:
                limitUSD: "0.10"
                period: rolling 24h
                kind: soft
                account: acme/search
                key: key-1
                user: "17"
                model: gpt-4o*
                tag: team=search=x
                each: user
                thresholds: [100, 50]
              all: { limitUSD: 5 }
              zero: { limitUSD: "0", period: month, thresholds: [] }
              one: { limitUSD: 0.000000000001, period: day, thresholds: 75 }
            """
        ).budgets
        let scope = BudgetScope(
            account: "acme/search", key: "key-1", user: "17", model: "gpt-4o*",
            tag: .init(name: "team", value: "search=x"), each: .user)
        #expect(
            budgets == [
                Budget(name: "all", limit: try #require(Money(usd: "5"))),
                Budget(name: "one", limit: Money(picos: 1), period: .day, thresholds: [75]),
                Budget(
                    name: "users", scope: scope, limit: try #require(Money(usd: "0.1")),
                    period: .rolling(hours: 24), isHard: false, thresholds: [50, 100]),
                Budget(name: "zero", limit: .zero, period: .month, thresholds: []),
            ])
    }

    @Test("budget.usd is the short form of one hard budget over everything")
    func shortForm() async throws {
        let configuration = try await read("budget: { usd: 2 }\nbudgets: { a: { limitUSD: 1 } }\n")
        #expect(configuration.allBudgets.map(\.name) == ["budget", "a"])
        let short = try #require(configuration.allBudgets.first)
        #expect(short == Budget(name: "budget", limit: try #require(Money(usd: "2"))))
        #expect(short.isHard && short.period == .none && short.scope == BudgetScope())
        #expect(try await read("port: 1\n").allBudgets.isEmpty)
        let clash = try await problems("budget: { usd: 2 }\nbudgets: { budget: { limitUSD: 1 } }\n")
        #expect(clash.count == 1 && clash[0].contains("a budget named 'budget' below 'budgets' as well"))
    }

    @Test(
        "a wrong value names its key, and what to give",
        arguments: [
            ("limitUSD: -1", "limitUSD': '-1' can't be used; give an amount in US dollars of at least 0"),
            ("limitUSD: 1e3", "limitUSD': '1e3' can't be used"),
            ("limitUSD: ten", "limitUSD': 'ten' can't be used"),
            ("limitUSD: [1]", "limitUSD': '1' can't be used"), ("limitUSD: ''", "limitUSD': it is empty"),
            ("limitUSD: 0.0000000000001", "limitUSD': '0.0000000000001' can't be used"),
            ("period: day", "limitUSD': it is missing; give an amount in US dollars"),
            (
                "limitUSD: 1, period: yearly",
                "period': 'yearly' can't be used; give none, day, week, month, or"
            ),
            ("limitUSD: 1, period: rolling 745h", "period': 'rolling 745h' can't be used"),
            ("limitUSD: 1, period: rolling 0h", "period': 'rolling 0h' can't be used"),
            ("limitUSD: 1, kind: firm", "kind': 'firm' can't be used; give hard or soft."),
            ("limitUSD: 1, account: a//b", "account': 'a//b' can't be used; give a path like acme/search."),
            ("limitUSD: 1, model: g*t", "model': 'g*t' can't be used"),
            ("limitUSD: 1, tag: team", "tag': 'team' can't be used; give one tag as name=value."),
            ("limitUSD: 1, each: model", "each': 'model' can't be used; give one of account, key, user."),
            (
                "limitUSD: 1, thresholds: [half]",
                "thresholds': 'half' can't be used; give a list of percentages"
            ),
            ("limitUSD: 1, thresholds: [0]", "team': The threshold 0 can't be used"),
            ("limitUSD: 1, thresholds: [5, 5]", "team': A threshold stands there twice"),
            ("limitUSD: 1, user: [a, b]", "user': a list can't stand here; give the name of an end user."),
        ])
    func wrongValues(fields: String, part: String) async throws {
        let list = fields == "limitUSD: [1]"
        let problems = try await problems("budgets: { team: { \(fields) } }\n")
        #expect(problems.count == (list ? 0 : 1))
        guard !list else { return }
        #expect(problems.first?.hasPrefix("key 'budgets.team") == true)
        #expect(problems.first?.contains(part) == true, "\(problems)")
    }

    @Test("every problem is told at once, misspelt fields with what was meant")
    func allAtOnce() async throws {
        let problems = try await problems(
            """
            budgets:
              team: { limitUSD: 1, perod: day, zzzzzzzz: 1 }
              "a b": { limitUSD: 1 }
              other: { limitUSD: x, kind: y }
            port: http
            """)
        #expect(problems.count == 6)
        #expect(
            problems.contains(
                "key 'budgets.team.perod': there is no such key; did you mean 'budgets.team.period'?"))
        #expect(problems.contains("key 'budgets.team.zzzzzzzz': there is no such key; remove it."))
        #expect(problems.contains { $0.hasPrefix("key 'budgets.a b': 'a b' is no name") })
    }

    @Test(
        "another shape is told how to be written",
        arguments: [
            "budgets: 5\n", "budgets: [a]\n", "budgets: { team: 5 }\n", "budgets: [{name: a, limitUSD: 1}]\n",
        ])
    func shapes(yaml: String) async throws {
        let problems = try await problems(yaml)
        #expect(problems.count == 1)
        #expect(problems.first?.contains(BudgetEntries.shape) == true)
    }

    @Test("there are at most 64 budgets")
    func count() async throws {
        let yaml = { (count: Int) in
            "budgets:\n" + (0..<count).map { "  b\($0): { limitUSD: 1 }\n" }.joined()
        }
        #expect(try await read(yaml(64)).budgets.count == 64)
        #expect(try await problems(yaml(65)) == ["key 'budgets': there are 65; have at most 64."])
    }

    @Test("no variable is a budget")
    func variables() async throws {
        let problems = try await problems(
            "port: 1\n", environment: ["PENNYWEIGHT_BUDGETS_TEAM_LIMIT_USD": "1"])
        #expect(problems.count == 1)
    }

    @Test("the example of a whole file can be used")
    func example() async throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let yaml = try String(
            contentsOf: root.appendingPathComponent("Examples/Gateway/gateway.yaml"), encoding: .utf8)
        let names = ["each-user", "everything", "large-models", "search"]
        #expect(try await read(yaml).budgets.map(\.name) == names)
        let uncommented = yaml.replacing("# webhooks:", with: "webhooks:")
            .replacing("#   url:", with: "  url:")
            .replacing("#   secret: whsec_...", with: "  secret: \(BudgetConfigurationTests.secret)")
        #expect(try await read(uncommented).webhook != nil)
    }

    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    @Test("webhooks have a receiver and a secret, from the file or the environment, and show neither")
    func webhooks() async throws {
        let yaml = "webhooks:\n  url: https://example.com/hooks?token=t0p\n"
        let configuration = try await read(
            yaml, environment: ["PENNYWEIGHT_WEBHOOKS_SECRET": BudgetConfigurationTests.secret])
        #expect(configuration.webhook?.url.description == "https://example.com/…")
        var dumped = ""
        dump(configuration, to: &dumped)
        for secret in ["t0p", "MfKQ9r8"] {
            #expect(!dumped.contains(secret) && !"\(configuration)".contains(secret))
        }
        #expect(try await read("port: 1\n").webhook == nil)
    }

    @Test(
        "half a receiver, or a wrong one, is told, without its secrets",
        arguments: [
            ("url: https://example.com/s3cret", "there is nothing to sign them with"),
            ("secret: \(secret)", "but no receiver"),
            ("url: ftp://example.com/s3cret, secret: \(secret)", "has a scheme other than https and http"),
            ("url: https://example.com, secret: whsec_s3cret", "Base 64 of 24 to 64 random bytes"),
        ])
    func wrongWebhooks(fields: String, part: String) async throws {
        let problems = try await problems("webhooks: { \(fields) }\n")
        #expect(problems.count == 1)
        #expect(problems.first?.contains(part) == true)
        #expect(problems.first?.contains("s3cret") == false)
        #expect(problems.first?.contains("MfKQ9r8") == false)
    }
}
#endif
