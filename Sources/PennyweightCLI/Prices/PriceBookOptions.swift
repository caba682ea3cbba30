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
            "An overlay to lay over the shipped prices. (default: PENNYWEIGHT_PRICES_FILE, or the "
                + "configuration's)", valueName: "file"))
    var prices: String?

    /// The shipped prices with the overlay over them. Throws ``ConfigurationError`` if one can't be read.
    func book(environment: [String: String] = ProcessInfo.processInfo.environment) async throws -> PriceBook {
        if let prices { return try EffectivePrices.book(overlay: prices) }
        guard let config else {
            return try EffectivePrices.book(overlay: environment["PENNYWEIGHT_PRICES_FILE"])
        }
        // Simulated, because whoever looks at prices needs no key.
        let configuration = try await GatewayConfiguration.read(
            file: config, environment: environment, overrides: ["simulate": "true"])
        return try EffectivePrices.book(configuration)
    }
}

/// How prices are printed.
enum PriceFormat: String, CaseIterable, ExpressibleByArgument {
    case table, json
}
#endif
