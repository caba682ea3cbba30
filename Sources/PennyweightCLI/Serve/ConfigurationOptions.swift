#if Gateway
internal import ArgumentParser

/// The flags that every command which reads the configuration has.
struct ConfigurationOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The YAML file with the configuration.", valueName: "file"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "The address to listen on; loopback only until a key exists. (default: 127.0.0.1)",
            valueName: "address"))
    var host: String?

    @Option(help: "The port to listen on; 0 for any that is free. (default: 8080)")
    var port: Int?

    @Option(
        help: ArgumentHelp(
            "The directory of ledger.sqlite and cache.sqlite. (default: ./pennyweight-data)", valueName: "dir"
        ))
    var data: String?

    @Option(
        help: ArgumentHelp(
            "How much to log: debug, info, notice, warning, error. (default: info)", valueName: "level"))
    var logLevel: String?

    /// What was given, by configuration key.
    var overrides: [String: String] {
        var overrides: [String: String] = [:]
        overrides["host"] = host
        overrides["port"] = port.map(String.init)
        overrides["data"] = data
        overrides["logLevel"] = logLevel
        return overrides
    }
}
#endif
