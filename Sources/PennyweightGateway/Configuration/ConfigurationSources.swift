#if Gateway
internal import Configuration
private import Synchronization

#if canImport(FoundationEssentials)
private import FoundationEssentials
#endif

/// The places that configuration comes from, strongest first: flags, environment, file, and last the two
/// variables that OpenAI's own programs read.
struct ConfigurationSources {
    /// A value and where it was found.
    struct Finding {
        let key: ConfigurationKey
        let text: String
        /// "File gateway.yaml, key 'port'", "Environment variable PENNYWEIGHT_PORT", "Flag 'port'".
        let place: String
    }

    private enum Kind {
        case flags, environment
        case file(String)
        case openAI
    }

    private let sources: [(kind: Kind, provider: any ConfigProvider)]
    /// Keys of the file that mean nothing.
    let unknownKeys: [(key: String, file: String)]
    /// What the file says about budgets, by their keys.
    let budgets: BudgetEntries
    /// What the file says about the cache's rules and accounts.
    let cache: CacheRuleEntries

    /// Opens the sources. Throws ``ConfigurationError`` if the file can't be read or is no YAML mapping.
    init(file: String?, environment: [String: String], overrides: [String: String]) async throws {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for (key, text) in overrides {
            values[AbsoluteConfigKey(key.split(separator: ".").map(String.init))] = ConfigValue(
                .string(text), isSecret: ConfigurationKey(rawValue: key)?.isSecret ?? false)
        }
        let variables = EnvironmentVariablesProvider(
            environmentVariables: environment,
            secretsSpecifier: .specific(
                Set(["OPENAI_API_KEY"] + ConfigurationKey.allCases.filter(\.isSecret).map(\.variable))))
        var sources: [(kind: Kind, provider: any ConfigProvider)] = [
            (.flags, InMemoryProvider(name: "flags", values: values)),
            (.environment, variables.prefixKeys(with: "pennyweight")),
        ]
        let keys = SeenKeys()
        if let file {
            sources.append((.file(file), try await ConfigurationSources.open(file, noting: keys)))
        }
        sources.append((.openAI, variables))
        self.sources = sources
        unknownKeys =
            file.map { file in
                keys.all.filter {
                    ConfigurationKey(rawValue: $0) == nil && !BudgetEntries.isEntry($0)
                        && !CacheRuleEntries.isEntry($0)
                }.sorted().map { ($0, file) }
            } ?? []
        var budgets = BudgetEntries(file: file ?? "")
        var cache = CacheRuleEntries(file: file ?? "")
        for (key, values) in ConfigurationSources.entries(keys.all, in: sources) {
            if BudgetEntries.isEntry(key) { budgets.add(key, values) }
            if CacheRuleEntries.isEntry(key) { cache.add(key, values) }
        }
        self.budgets = budgets
        self.cache = cache
    }

    /// Variables that start as the gateway's own do, and mean nothing.
    static func unknownVariables(of environment: [String: String]) -> [String] {
        let known = Set(ConfigurationKey.allCases.map(\.variable))
        return environment.keys.filter {
            $0.hasPrefix(ConfigurationKey.variablePrefix) && !known.contains($0)
        }.sorted()
    }

    /// The strongest value of a key; nil if no source has one. Throws ``ConfigurationError`` for a list.
    func find(_ key: ConfigurationKey) throws -> Finding? {
        for (kind, provider) in sources {
            let name = AbsoluteConfigKey(key.rawValue.split(separator: ".").map(String.init))
            switch kind {
            case .openAI:
                guard let variable = key.openAIVariable else { continue }
                let lookup = try? provider.value(forKey: AbsoluteConfigKey([variable]), type: .string)
                // Set but empty is how shells and compose files leave OpenAI's variables out.
                if let text = lookup?.text, !text.isEmpty {
                    return Finding(key: key, text: text, place: "Environment variable \(variable)")
                }
            case .file(let file):
                let place = "File \(file), key '\(key.rawValue)'"
                guard let lookup = try? provider.value(forKey: name, type: .string) else {
                    throw ConfigurationError(["\(place): a list can't stand here; give one value."])
                }
                if let text = lookup.text { return Finding(key: key, text: text, place: place) }
            case .flags:
                let lookup = try? provider.value(forKey: name, type: .string)
                if let text = lookup?.text {
                    return Finding(key: key, text: text, place: "Flag for '\(key.rawValue)'")
                }
            case .environment:
                let lookup = try? provider.value(forKey: name, type: .string)
                if let lookup, let text = lookup.text {
                    return Finding(key: key, text: text, place: "Environment variable \(lookup.encodedKey)")
                }
            }
        }
        return nil
    }

    /// What the file says below names that it chooses itself, each key with one text or a list of them.
    private static func entries(
        _ keys: Set<String>, in sources: [(kind: Kind, provider: any ConfigProvider)]
    ) -> [(key: String, values: [String])] {
        var entries: [(key: String, values: [String])] = []
        for case (.file, let provider) in sources {
            for key in keys where BudgetEntries.isEntry(key) || CacheRuleEntries.isEntry(key) {
                let name = AbsoluteConfigKey(key.split(separator: ".").map(String.init))
                let one = (try? provider.value(forKey: name, type: .string))?.text
                let list = try? provider.value(forKey: name, type: .stringArray)
                entries.append((key, one.map { [$0] } ?? list?.texts ?? []))
            }
        }
        return entries
    }

    private static func open(_ file: String, noting keys: SeenKeys) async throws -> any ConfigProvider {
        // The parser asks for every key whether it is secret: that is how unknown ones are found.
        let options = YAMLSnapshot.ParsingOptions(
            secretsSpecifier: .dynamic { key, _ in
                keys.note(key)
                return ConfigurationKey(rawValue: key)?.isSecret ?? true
            })
        let path = ConfigReader(
            provider: InMemoryProvider(values: [
                AbsoluteConfigKey(["filePath"]): ConfigValue(.string(file), isSecret: false)
            ]))
        do {
            return try await FileProvider<YAMLSnapshot>(parsingOptions: options, config: path)
        } catch {
            #if canImport(FoundationEssentials)
            let attributes = try? FileManager.default.attributesOfItem(atPath: file)
            if attributes?[.type] as? FileAttributeType == .typeDirectory {
                throw ConfigurationError(["File \(file): it is a directory; give the path of a YAML file."])
            }
            if let bytes = FileManager.default.contents(atPath: file),
                ConfigurationSources.isBlank(String(decoding: bytes, as: UTF8.self))
            {
                return InMemoryProvider(name: "empty file", values: [:])
            }
            #endif
            if "\(error)".contains("non-scalar value in array at budgets ") {
                throw ConfigurationError(["File \(file), key 'budgets': \(BudgetEntries.shape)"])
            }
            if "\(error)".contains("non-scalar value in array at cache.rules ") {
                throw ConfigurationError(["File \(file), key 'cache.rules': \(CacheRuleEntries.shape)"])
            }
            var reason = "\(error)"
            while reason.last == "." || reason.last?.isNewline == true { reason.removeLast() }
            throw ConfigurationError([
                "File \(file): it can't be read as YAML: \(reason). Check its path and its text."
            ])
        }
    }

    /// True for a YAML text of comments, empty lines and document markers: an empty configuration, which
    /// the parser takes for something that is no mapping.
    private static func isBlank(_ text: String) -> Bool {
        text.split(whereSeparator: \.isNewline).allSatisfy { line in
            let content = line.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
            return content.isEmpty || content.first == "#" || content == "---"
        }
    }
}

/// Collects what the YAML parser saw.
private final class SeenKeys: Sendable {
    private let keys = Mutex<Set<String>>([])

    var all: Set<String> { keys.withLock { $0 } }

    func note(_ key: String) { keys.withLock { _ = $0.insert(key) } }
}

extension LookupResult {
    fileprivate var text: String? {
        guard case .string(let text) = value?.content else { return nil }
        return text
    }

    fileprivate var texts: [String]? {
        guard case .stringArray(let texts) = value?.content else { return nil }
        return texts
    }
}
#endif
