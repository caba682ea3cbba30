#if Gateway
import Foundation
import PennyweightLedger
import PennyweightMiddleware
import PennyweightOpenAI
import Testing

@testable import PennyweightGateway

@Suite("Prices in the configuration") struct PriceConfigurationTests {
    private func read(
        _ yaml: String, environment: [String: String] = [:]
    ) async throws -> GatewayConfiguration {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).yaml")
        try Data(yaml.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try await GatewayConfiguration.read(
            file: file.path, environment: environment, overrides: ["simulate": "true"])
    }

    private func problems(_ yaml: String) async throws -> [String] {
        do {
            _ = try await read(yaml)
            return []
        } catch let error as ConfigurationError {
            return error.problems
        }
    }

    @Test("the file, the region, and the policies of unpriced models have their keys")
    func everyKey() async throws {
        let read = try await read(
            """
            upstream: {region: us-east-1}
            prices: {file: /etc/pennyweight/prices.json}
            unpriced: {policy: cap, capUSD: 0.50, accounts: "acme=refuse, acme/lab=allow ,x=cap,y=cap:0.25"}
            """)
        #expect(read.upstream.region == "us-east-1")
        #expect(read.pricesFile == "/etc/pennyweight/prices.json")
        let half = Money(picos: 500_000_000_000)
        #expect(read.unpriced.policy == .cap(half))
        #expect(
            read.unpriced.accounts == [
                "acme": .refuse, "acme/lab": .allow, "x": .cap(half),
                "y": .cap(Money(picos: 250_000_000_000)),
            ])
    }

    @Test("without them nothing is set: the shipped prices, no region, the policy that follows the budget")
    func defaults() async throws {
        let read = try await read("port: 1\n")
        #expect(read.pricesFile == nil)
        #expect(read.upstream.region == nil)
        #expect(read.unpriced.policy == nil)
        #expect(read.unpriced.accounts.isEmpty)
    }

    @Test("the environment has them, too")
    func environment() async throws {
        let read = try await read(
            "port: 1\n",
            environment: [
                "PENNYWEIGHT_PRICES_FILE": "p.json", "PENNYWEIGHT_UPSTREAM_REGION": "eu",
                "PENNYWEIGHT_UNPRICED_POLICY": "cap", "PENNYWEIGHT_UNPRICED_CAP_USD": "1",
                "PENNYWEIGHT_UNPRICED_ACCOUNTS": "a/b/c=refuse",
            ])
        #expect(read.pricesFile == "p.json")
        #expect(read.upstream.region == "eu")
        #expect(read.unpriced.policy == .cap(Money(picos: Money.picosPerDollar)))
        #expect(read.unpriced.accounts == ["a/b/c": .refuse])
    }

    @Test(
        "a policy that can't be used is an error, never none",
        arguments: [
            "policy: deny", "policy: cap:1", "policy: ''", "capUSD: 0.5", "policy: cap", "accounts: \"a\"",
            "accounts: \"a=\"", "accounts: \"=refuse\"", "accounts: \"a=cap:0\"", "accounts: \"a=cap:x\"",
            "accounts: \"a=allow,a=refuse\"", "accounts: \"a=refuse=b\"", "accounts: \"a=cap\"",
            "policy: allow, capUSD: 0.5",
        ])
    func wrongPolicies(part: String) async throws {
        let problems = try await problems("unpriced: {\(part)}\n")
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.contains("unpriced.") == true)
    }

    @Test("a cap must be above zero", arguments: ["0", "-1", "lots", "1e-3"])
    func wrongCaps(amount: String) async throws {
        let problems = try await problems("unpriced: {policy: cap, capUSD: \(amount)}\n")
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.contains("'unpriced.capUSD'") == true)
    }

    @Test("a provider's way to count can be named, for one that goes by a name of its own")
    func usageConvention() async throws {
        let read = try await read("upstream: {provider: proxy, usageConvention: gemini}\n")
        #expect(read.upstream.provider == "proxy" && read.upstream.usageConvention == .gemini)
        #expect(try await self.read("upstream: {provider: gemini}\n").upstream.usageConvention == nil)
        let problems = try await problems("upstream: {usageConvention: googol}\n")
        #expect(problems.count == 1)
        #expect(problems.first?.contains("'upstream.usageConvention'") == true)
        #expect(problems.first?.contains("anthropic") == true)
    }

    @Test("a region is a word", arguments: ["'us east'", "\"\"", "a/b", "[eu]"])
    func wrongRegions(region: String) async throws {
        let problems = try await problems("upstream: {region: \(region)}\n")
        #expect(problems.count == 1)
        #expect(problems.first?.contains("'upstream.region'") == true)
    }
}
#endif
