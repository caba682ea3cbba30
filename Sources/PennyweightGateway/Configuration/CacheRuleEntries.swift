private import PennyweightLedger
internal import PennyweightMiddleware

/// What a configuration file says below `cache.rules` and `cache.accounts`, and what the keys of `cache`
/// itself say in the same words.
///
/// The reader of files flattens it to keys like `cache.rules.images.seconds`; here the rules are put together
/// again.
struct CacheRuleEntries: Sendable {
    /// How rules have to be written.
    static let shape =
        "rules are written by their names, and tried in the order of those; give: "
        + "rules: { 1-images: { route: /images/generations, seconds: 604800 } }."
    /// How accounts have to be written.
    static let accountShape =
        "accounts are written by their paths; give: accounts: { acme/search: { seconds: 60 } }."
    private static let rulesPrefix = "cache.rules."
    private static let accountsPrefix = "cache.accounts."

    private let file: String
    private var rules: [String: [String: [String]]] = [:]
    private var accounts: [String: [String: [String]]] = [:]
    private var strays: [String] = []

    init(file: String) {
        self.file = file
    }

    /// True if a key of the file belongs here.
    static func isEntry(_ key: String) -> Bool {
        ["cache.rules", "cache.accounts"].contains { key == $0 || key.hasPrefix($0 + ".") }
    }

    /// Takes a key's values: one text, or a list of them.
    mutating func add(_ key: String, _ values: [String]) {
        let isRule = key.hasPrefix(CacheRuleEntries.rulesPrefix)
        let prefix = isRule ? CacheRuleEntries.rulesPrefix : CacheRuleEntries.accountsPrefix
        let path = key.dropFirst(prefix.count)
        guard key.hasPrefix(prefix), let dot = path.lastIndex(of: "."), dot > path.startIndex else {
            strays.append(key)
            return
        }
        let (name, field) = (String(path[..<dot]), String(path[path.index(after: dot)...]))
        if isRule {
            rules[name, default: [:]][field] = values
        } else {
            accounts[name, default: [:]][field] = values
        }
    }

    /// Puts rules and accounts into a policy; reports everything that is wrong, each with its place and what
    /// to do.
    func fill(_ policy: inout CachePolicy, _ report: (String) -> Void) {
        for key in strays.sorted() {
            let shape = key.hasPrefix("cache.rules") ? CacheRuleEntries.shape : CacheRuleEntries.accountShape
            report("File \(file), key '\(key)': \(shape)")
        }
        for (name, fields) in rules.sorted(by: { CacheRuleEntries.comesBefore($0.key, $1.key) }) {
            let place = "cache.rules.\(name)"
            let entry = CacheRuleEntry(fields: fields)
            let rule = entry.rule { report("File \(file), key '\(place).\($0)': \($1)") }
            unknown(fields, of: CacheRuleEntry.Field.allCases, at: place, report)
            policy.rules.append(rule)
        }
        for (path, fields) in accounts.sorted(by: { $0.key < $1.key }) {
            let place = "cache.accounts.\(path)"
            if !AccountPath.isValid(path) {
                report("File \(file), key '\(place)': '\(path)' is no account; give a path like acme/search.")
            }
            let entry = CacheRuleEntry(fields: fields)
            policy.accounts[path] = entry.settings { report("File \(file), key '\(place).\($0)': \($1)") }
            unknown(fields, of: CacheRuleEntry.Field.settings, at: place, report)
        }
        if policy.rules.count > CacheRuleEntries.ruleLimit {
            report(
                "File \(file), key 'cache.rules': there are \(policy.rules.count); have at most "
                    + "\(CacheRuleEntries.ruleLimit).")
        }
    }

    /// The order of rules: by the number that their names begin with, then by the names. `9-a` comes before
    /// `10-b`; names without a number come last.
    static func comesBefore(_ left: String, _ right: String) -> Bool {
        let numbers = [left, right].map { Int($0.prefix { $0.isASCII && $0.isNumber }) ?? .max }
        return numbers[0] == numbers[1] ? left < right : numbers[0] < numbers[1]
    }

    /// Every call is compared with the rules, one after the other.
    static let ruleLimit = 256

    private func unknown(
        _ fields: [String: [String]], of known: [CacheRuleEntry.Field], at place: String,
        _ report: (String) -> Void
    ) {
        let names = known.map(\.rawValue)
        for field in fields.keys.sorted() where !names.contains(field) {
            let hint =
                ConfigurationKey.nearest(to: field, of: names).map { "did you mean '\(place).\($0)'?" }
                ?? "remove it."
            report("File \(file), key '\(place).\(field)': there is no such key; \(hint)")
        }
    }
}
