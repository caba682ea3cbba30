#if Gateway
internal import Logging
internal import PennyweightLedger
internal import PennyweightMiddleware
private import PennyweightOpenAI

extension GatewayConfiguration {
    /// Reads and validates the configuration, once.
    ///
    /// Flags (`overrides`, by key: `["port": "9000", "upstream.baseURL": "…"]`) are stronger than the
    /// environment (`PENNYWEIGHT_PORT`, `PENNYWEIGHT_UPSTREAM_BASE_URL`), which is stronger than the YAML
    /// file, which is stronger than `OPENAI_API_KEY` and `OPENAI_BASE_URL`. Throws ``ConfigurationError``
    /// with every problem at once: values out of range, keys of the file and `PENNYWEIGHT_…` variables that
    /// mean nothing, a key that is missing. Whether an address that is not loopback may be listened on
    /// depends on the keys that exist: `Gateway.run()` decides it.
    public static func read(
        file: String?, environment: [String: String], overrides: [String: String] = [:]
    ) async throws -> GatewayConfiguration {
        let sources = try await ConfigurationSources(
            file: file, environment: environment, overrides: overrides)
        var values = ConfigurationValues(sources)
        for (key, file) in sources.unknownKeys {
            let hint = ConfigurationKey.nearest(to: key).map { "did you mean '\($0)'?" } ?? "remove it."
            values.report("File \(file), key '\(key)': there is no such key; \(hint)")
        }
        for name in ConfigurationSources.unknownVariables(of: environment) {
            let hint =
                ConfigurationKey.nearestVariable(to: name).map { "did you mean \($0)?" } ?? "unset it."
            values.report("Environment variable \(name): there is no such setting; \(hint)")
        }
        for key in overrides.keys.sorted() where ConfigurationKey(rawValue: key) == nil {
            values.report("Flag for '\(key)': there is no such key.")
        }
        var configuration = try GatewayConfiguration(upstream: values.upstream())
        values.fill(&configuration)
        configuration.budgets = sources.budgets.budgets { values.report($0) }
        sources.cache.fill(&configuration.cache.policy) { values.report($0) }
        if configuration.budget != nil, configuration.budgets.contains(where: { $0.name == "budget" }) {
            values.report(
                "\(values.place(of: .budget) ?? "Key 'budget.usd'"): there is a budget named 'budget' below "
                    + "'budgets' as well; give it another name, or leave one of them out.")
        }
        values.readWebhook(into: &configuration)
        if let place = values.place(of: .host) { configuration.hostPlace = place }
        if !configuration.isSimulated, !values.isGiven(.key),
            configuration.upstream.baseURL.description == Upstream.defaultBaseURL
        {
            values.report(
                "Key 'upstream.key': OpenAI asks for a key. Set OPENAI_API_KEY, name another server in "
                    + "OPENAI_BASE_URL, or try it without key and network: --simulate.")
        }
        guard values.problems.isEmpty else { throw ConfigurationError(values.problems) }
        return configuration
    }

    /// True if only this machine can reach the address.
    var isLoopback: Bool {
        host == "localhost" || host == "::1" || host == "[::1]" || isLoopbackIPv4
    }

    private var isLoopbackIPv4: Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.first == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

extension ConfigurationValues {
    fileprivate mutating func upstream() throws -> GatewayConfiguration.Upstream {
        var upstream = GatewayConfiguration.Upstream(
            baseURL: try BaseURL(GatewayConfiguration.Upstream.defaultBaseURL))
        read(.provider, "a name of letters, digits, '.', '_' or '-'", into: &upstream.provider) { text in
            let isName = text.utf8.allSatisfy { byte in
                Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber
                    || ".-_".utf8.contains(byte)
            }
            return isName && text.utf8.count <= 64 ? text : nil
        }
        // Both say what is wrong themselves, and without the text: it may hold a password.
        read(.baseURL, into: &upstream.baseURL) { try BaseURL($0) }
        read(.key, into: &upstream.key) { try Secret($0) }
        read(.region, "a region of letters, digits and '-', like eu or us-east-1", into: &upstream.region) {
            isRegion($0) ? $0 : nil
        }
        let conventions = UsageConvention.allCases.map(\.rawValue).joined(separator: ", ")
        read(.usageConvention, "one of \(conventions)", into: &upstream.usageConvention) {
            UsageConvention(rawValue: $0)
        }
        let rules = CompletenessRule.allCases.map(\.rawValue).joined(separator: ", ")
        read(.completeness, "one of \(rules)", into: &upstream.completeness) {
            CompletenessRule(rawValue: $0)
        }
        return upstream
    }

    fileprivate mutating func readWebhook(into configuration: inout GatewayConfiguration) {
        var url: WebhookURL?
        var secret: WebhookSecret?
        read(.webhookURL, into: &url) { try WebhookURL($0) }
        read(.webhookSecret, into: &secret) { try WebhookSecret($0) }
        switch (isGiven(.webhookURL), isGiven(.webhookSecret)) {
        case (true, false):
            report(
                "Key 'webhooks.secret': webhooks are signed, and there is nothing to sign them with. "
                    + "Make a secret with: echo \"whsec_$(openssl rand -base64 32)\"")
        case (false, true):
            report("Key 'webhooks.url': there is a secret for webhooks, but no receiver; name it.")
        case (true, true), (false, false): break
        }
        if let url, let secret { configuration.webhook = .init(url: url, secret: secret) }
    }

    fileprivate mutating func fill(_ configuration: inout GatewayConfiguration) {
        read(.host, "an address", into: &configuration.host) { $0 }
        read(.port, "a whole number from 0 to 65535", into: &configuration.port) { whole($0, 0...65_535) }
        read(.data, "a directory", into: &configuration.dataDirectory) { $0 }
        let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
        read(.logLevel, "one of \(levels)", into: &configuration.logLevel) {
            Logger.Level(rawValue: $0.lowercased())
        }
        read(.simulate, "true or false", into: &configuration.isSimulated, as: flag)
        read(.adminKey, into: &configuration.adminKey) { try AdminKey.read($0) }
        read(.keysRequired, "true or false", into: &configuration.requiresKeys, as: flag)
        read(.requestBytes, into: &configuration.limits.requestBytes, 1_024...(1 << 30))
        read(.answerBytes, into: &configuration.limits.answerBytes, 1_024...(1 << 30))
        read(.callSeconds, into: &configuration.timeouts.call, 1...86_400)
        read(.silenceSeconds, into: &configuration.timeouts.silence, 1...86_400)
        read(.connectionSeconds, into: &configuration.timeouts.connection, 1...86_400)
        read(.shutdownSeconds, into: &configuration.timeouts.shutdown, 0...3_600)
        read(.cacheEnabled, "true or false", into: &configuration.cache.isEnabled, as: flag)
        readCache(into: &configuration.cache.policy)
        read(
            .cacheFlightsAcrossProcesses, "true or false", into: &configuration.cache.sharesFlights, as: flag)
        readEncryption(into: &configuration.cache.policy.encryption)
        readSemantic(into: &configuration)
        read(.cacheMemoryBytes, into: &configuration.cache.memoryBytes, 0...(1 << 40))
        read(.cacheDiskBytes, into: &configuration.cache.diskBytes, 0...(1 << 50))
        read(.mediaBytes, into: &configuration.media.bytes, 0...(1 << 50))
        read(.mediaImageBytes, into: &configuration.media.policy.maximumBytes, 1_024...(1 << 30))
        read(.mediaFetchSeconds, into: &configuration.media.policy.fetchLimit, 1...600)
        read(.mediaURLSeconds, into: &configuration.media.urlLifetime, 1...604_800)
        readMedia(into: &configuration.media)
        read(.attempts, into: &configuration.attempts, 1...10)
        let range = 1...1_000_000
        read(
            .requestsPerMinute, "a whole number from 1 to \(range.upperBound)",
            into: &configuration.requestsPerMinute
        ) { whole($0, range) }
        read(.drainBytes, into: &configuration.drain.bytes, 0...(1 << 30))
        read(.drainSeconds, into: &configuration.drain.duration, 0...3_600)
        read(.budget, "an amount in US dollars, like 12.50", into: &configuration.budget) { text in
            Money(usd: text).flatMap { $0 < .zero ? nil : $0 }
        }
        read(.pricesFile, "the path of a price overlay", into: &configuration.pricesFile) { $0 }
        readUnpriced(into: &configuration.unpriced)
    }
}

private func isRegion(_ text: String) -> Bool {
    text.utf8.count <= 64
        && text.utf8.allSatisfy { byte in
            Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber
                || "-_".utf8.contains(byte)
        }
}

private func whole(_ text: String, _ range: ClosedRange<Int>) -> Int? {
    // Underscores are YAML's and Swift's own way to make large numbers readable.
    guard let number = Int(text.filter { $0 != "_" }), range.contains(number) else { return nil }
    return number
}

private func flag(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "true", "yes", "on", "1": true
    case "false", "no", "off", "0": false
    default: nil
    }
}

extension ConfigurationValues {
    fileprivate mutating func read(_ key: ConfigurationKey, into value: inout Int, _ range: ClosedRange<Int>)
    {
        let wanted = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        read(key, wanted, into: &value) { whole($0, range) }
    }

    fileprivate mutating func read(
        _ key: ConfigurationKey, into value: inout Duration, _ seconds: ClosedRange<Int>
    ) {
        let wanted = "whole seconds from \(seconds.lowerBound) to \(seconds.upperBound)"
        read(key, wanted, into: &value) { whole($0, seconds).map { .seconds($0) } }
    }
}
#endif
