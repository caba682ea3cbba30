#if Gateway
/// Takes values out of the sources, one by one, and remembers what is wrong with them.
struct ConfigurationValues {
    private let sources: ConfigurationSources
    private(set) var problems: [String] = []

    init(_ sources: ConfigurationSources) {
        self.sources = sources
    }

    mutating func report(_ problem: String) {
        problems.append(problem)
    }

    /// Where the value of a key comes from; nil if nobody gave one.
    func place(of key: ConfigurationKey) -> String? {
        (try? sources.find(key))?.place
    }

    /// True if somebody gave a value, be it a wrong one.
    func isGiven(_ key: ConfigurationKey) -> Bool {
        do {
            return try sources.find(key) != nil
        } catch {
            return true
        }
    }

    /// Puts a key's value, if it has one, into place; reports what is not `wanted`.
    mutating func read<Value>(
        _ key: ConfigurationKey, _ wanted: String, into value: inout Value, as convert: (String) -> Value?
    ) {
        guard let found = finding(key) else { return }
        guard let converted = convert(found.text) else {
            return report("\(found.place): '\(found.text.prefix(200))' can't be used; give \(wanted).")
        }
        value = converted
    }

    /// Puts the value of a key that may be missing into place; reports what is not `wanted`.
    ///
    /// Without this an optional `Value` would take a conversion's nil for a value: a wrong limit would
    /// silently be none.
    mutating func read<Value>(
        _ key: ConfigurationKey, _ wanted: String, into value: inout Value?,
        as convert: (String) -> Value?
    ) {
        guard let found = finding(key) else { return }
        guard let converted = convert(found.text) else {
            return report("\(found.place): '\(found.text.prefix(200))' can't be used; give \(wanted).")
        }
        value = converted
    }

    /// Puts a key's value into place; reports the error of what can't be converted, which is not shown.
    mutating func read<Value>(
        _ key: ConfigurationKey, into value: inout Value, converting: (String) throws -> Value
    ) {
        guard let found = finding(key) else { return }
        do {
            value = try converting(found.text)
        } catch {
            report("\(found.place): \(error)")
        }
    }

    private mutating func finding(_ key: ConfigurationKey) -> ConfigurationSources.Finding? {
        do {
            guard let found = try sources.find(key) else { return nil }
            if !found.text.isEmpty { return found }
            report("\(found.place): it is empty; give a value, or take it out.")
        } catch let error as ConfigurationError {
            problems += error.problems
        } catch {
            report("Key '\(key.rawValue)': it can't be read.")
        }
        return nil
    }
}
#endif
