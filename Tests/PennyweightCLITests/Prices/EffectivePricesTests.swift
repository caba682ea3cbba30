#if Gateway
import ArgumentParser
import Foundation
import Logging
import PennyweightGateway
import PennyweightLedger
import PennyweightMiddleware
import PennyweightOpenAI
import Testing

@testable import PennyweightCLI

@Suite("The gateway's prices")
struct EffectivePricesTests {
    @Test("without a file they are the shipped ones, with one it is laid over them")
    func overlaid() async throws {
        let shipped = try PriceBook.shipped()
        #expect(try EffectivePrices.book(overlay: nil).version == shipped.version)
        try await PriceSample.withFile(PriceSample.overlay("0.12")) { path in
            let book = try EffectivePrices.book(overlay: path)
            #expect(book.version.hasPrefix("\(shipped.version)+acme-"))
            #expect(book.model(named: "chatty", provider: "openai") != nil)
        }
    }

    @Test("what is wrong in the file is told with its path, line, model and field")
    func wrong() async throws {
        try await PriceSample.withFile(PriceSample.overlay("0.0000001")) { path in
            let error = #expect(throws: ConfigurationError.self) { try EffectivePrices.book(overlay: path) }
            #expect(
                error?.description.hasPrefix("File \(path): Price file line 1: 'chatty', \"input_token\": ")
                    == true)
        }
        let error = #expect(throws: ConfigurationError.self) {
            try EffectivePrices.book(overlay: "/no/such/file")
        }
        #expect(error?.description.contains("/no/such/file") == true)
    }

    @Test("the commands take the file of a flag, of the environment, or of the configuration, in this order")
    func sources() async throws {
        let versions = try await PriceSample.withFile(PriceSample.overlay("0.1", name: "flag")) { flag in
            try await PriceSample.withFile(PriceSample.overlay("0.1", name: "configured")) { configured in
                try await PriceSample.withFile("prices: {file: \(configured)}\n") { yaml in
                    [
                        try await version(["--prices", flag], ["PENNYWEIGHT_PRICES_FILE": configured]),
                        try await version([], ["PENNYWEIGHT_PRICES_FILE": configured]),
                        try await version(["--config", yaml], [:]),
                        try await version(["--config", yaml], ["PENNYWEIGHT_PRICES_FILE": flag]),
                        try await version([], [:]),
                    ]
                }
            }
        }
        let names = versions.map { $0.split(separator: "+").dropFirst().first?.split(separator: "-").first }
        #expect(names == ["flag", "configured", "configured", "flag", nil])
    }

    private func version(_ arguments: [String], _ environment: [String: String]) async throws -> String {
        try await PriceBookOptions.parse(arguments).book(environment: environment).version
    }

    @Test(
        "a gateway takes its prices, its region and its policies for unpriced models from the configuration")
    func composition() async throws {
        var configuration = GatewayConfiguration(
            upstream: .init(baseURL: try BaseURL("http://127.0.0.1:9/v1")))
        configuration.upstream.region = "eu"
        configuration.unpriced.policy = .refuse
        configuration.unpriced.accounts = ["lab": .cap(Money(picos: 5))]
        let policies = try StandardStages.Policies(configuration)
        #expect(policies.metering.region == "eu")
        #expect(policies.metering.unpriced == .refuse)
        #expect(policies.metering.unpricedByAccount == ["lab": .cap(Money(picos: 5))])
        configuration.dataDirectory =
            FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: configuration.dataDirectory) }
        try await PriceSample.withFile(PriceSample.overlay("0.12")) { path in
            configuration.pricesFile = path
            let composition = try Composition(configuration, logger: Logger(label: "test"))
            #expect(composition.stages.prices.version.contains("+acme-"))
            await composition.close()
        }
        configuration.pricesFile = "/no/such/file"
        #expect(throws: ConfigurationError.self) {
            try Composition(configuration, logger: Logger(label: "test"))
        }
    }
}
#endif
