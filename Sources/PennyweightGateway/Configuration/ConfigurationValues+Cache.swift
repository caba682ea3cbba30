#if Gateway
internal import PennyweightMiddleware

extension ConfigurationValues {
    /// Reads what `cache.seconds`, `cache.mode` and their like say of every call, as rules say it of some.
    mutating func readCache(into policy: inout CachePolicy) {
        for field in CacheRuleEntry.Field.settings {
            guard let key = ConfigurationKey(rawValue: "cache.\(field.rawValue)") else { continue }
            var settings = CacheSettings()
            read(key, into: &settings) { text in
                var problems: [String] = []
                let entry = CacheRuleEntry(fields: [field.rawValue: [text]])
                let settings = entry.settings { problems.append($1) }
                guard problems.isEmpty else { throw ConfigurationError(problems) }
                return settings
            }
            settings.apply(to: &policy.defaults)
        }
    }
}
#endif
