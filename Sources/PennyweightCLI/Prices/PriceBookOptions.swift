#if Gateway
internal import ArgumentParser
private import Foundation
internal import PennyweightGateway
internal import PennyweightLedger

/// Which book a command looks at: that of the gateway, unless told otherwise.
struct PriceBookOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The gateway's YAML file, whose prices.file is laid over.", valueName: "file"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "An overlay to lay over the shipped prices, or a whole book in their place. (default: "
                + "PENNYWEIGHT_PRICES_FILE, or the configuration's)", valueName: "file"))
    var prices: String?

    /// The shipped prices with the overlay over them. Throws ``ConfigurationError`` if one can't be read.
    func book(environment: [String: String] = ProcessInfo.processInfo.environment) async throws -> PriceBook {
        try await prices(in: nil, environment: environment).book
    }

    /// The book, and the region that calls are made in: the one given, else the configuration's, or nil for
    /// the provider's default.
    func prices(
        in region: String?, environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws -> (book: PriceBook, region: String?) {
        guard let config else {
            let file = prices ?? environment["PENNYWEIGHT_PRICES_FILE"]
            return (try EffectivePrices.book(file: file, region: region), region)
        }
        // Simulated, because whoever looks at prices needs no key.
        let configuration = try await GatewayConfiguration.read(
            file: config, environment: environment, overrides: ["simulate": "true"])
        let place = region ?? configuration.upstream.region
        return (try EffectivePrices.book(file: prices ?? configuration.pricesFile, region: place), place)
    }
}

/// How prices are printed.
enum PriceFormat: String, CaseIterable, ExpressibleByArgument {
    case table, json
}
#endif
