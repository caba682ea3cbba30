private import PennyweightLedger
internal import PennyweightMiddleware

/// The fields of one cache rule in a configuration file, or of the settings of an account, and what they
/// make. Pure.
struct CacheRuleEntry {
    /// A field of a rule, as it stands in the file.
    enum Field: String, CaseIterable {
        case route, model, account, tag
        case seconds, staleWhileRevalidateSeconds, staleIfErrorSeconds, negativeSeconds
        case jitterPercent, earlyRefreshPercent
        case mode, match, pace, namespace, admit, share, attribution
        case semantic, similarity

        /// Those that are no condition.
        static let settings = allCases.filter { ![.route, .model, .account, .tag].contains($0) }
    }

    /// What is wrong with a field (its name, and what to give).
    typealias Report = (String, String) -> Void

    let fields: [String: [String]]

    /// Reads every field; one that can't be read is reported and says nothing.
    func rule(_ report: Report) -> CacheRule {
        var condition = CacheRule.Condition()
        condition.route = read(.route, "a route below the base URL, like /chat/completions", report) { text in
            text.hasPrefix("/") && text.utf8.count <= 128 && !text.contains("?") ? text : nil
        }
        condition.model = read(.model, "a model's name, with * for any text", report) { text in
            text.utf8.count <= 256 ? ModelPattern(text) : nil
        }
        condition.account = read(.account, "a path like acme/search", report) {
            AccountPath.isValid($0) ? $0 : nil
        }
        condition.tag = read(.tag, "one tag as name=value", report) { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
            return CacheRule.Tag(name: String(parts[0]), value: String(parts[1]))
        }
        return CacheRule(condition, settings(report))
    }

    /// The settings alone.
    func settings(_ report: Report) -> CacheSettings {
        var settings = CacheSettings()
        settings.timeToLive = seconds(.seconds, from: 1, report)
        settings.staleWhileRevalidate = seconds(.staleWhileRevalidateSeconds, report)
        settings.staleIfError = seconds(.staleIfErrorSeconds, report)
        settings.negativeTimeToLive = seconds(.negativeSeconds, report)
        settings.jitterPerMille = percent(.jitterPercent, 0...50, report)
        settings.earlyRefreshPerMille = percent(.earlyRefreshPercent, 0...1_000, report)
        settings.mode = read(.mode, CacheRuleEntry.choices(ReplayMode.allCases.map(\.rawValue)), report) {
            ReplayMode(rawValue: $0)
        }
        settings.match = match(report)
        settings.pace = read(.pace, CacheRuleEntry.choices(ReplayPace.allCases.map(\.rawValue)), report) {
            ReplayPace(rawValue: $0)
        }
        settings.namespace = read(.namespace, "1 to 128 bytes without '/' and control characters", report) {
            CachePlan.isNamespace($0) ? $0 : nil
        }
        settings.admission = read(
            .admit, CacheRuleEntry.choices(CacheAdmission.allCases.map(\.rawValue)), report
        ) { CacheAdmission(rawValue: $0) }
        settings.isShared = read(.share, "none or accounts", report) {
            ["none": false, "accounts": true][$0]
        }
        settings.ignoresAttribution = read(.attribution, "keyed or ignored", report) {
            ["keyed": false, "ignored": true][$0]
        }
        settings.semantic = read(
            .semantic, CacheRuleEntry.choices(SemanticUse.allCases.map(\.rawValue)), report
        ) { SemanticUse(rawValue: $0) }
        settings.similarity = read(.similarity, "a number from 0.5 to 1, like 0.97", report) { text in
            Double(text).flatMap { (0.5...1).contains($0) ? $0 : nil }
        }
        return settings
    }

    private func match(_ report: Report) -> ReplayMatch? {
        guard let texts = fields[Field.match.rawValue], texts.count > 1 else {
            return read(.match, "standard, strict, or a list of members like [model, messages]", report) {
                ["standard": .standard, "strict": .strict][$0]
            }
        }
        guard !texts.contains("") else {
            report(Field.match.rawValue, "a member is empty; give a list of members like [model, messages].")
            return nil
        }
        return .fields(Set(texts))
    }

    private func seconds(_ field: Field, from least: Int = 0, _ report: Report) -> Duration? {
        let most = 366 * 86_400
        return read(field, "whole seconds from \(least) to \(most)", report) { text in
            Int(text.filter { $0 != "_" }).flatMap { (least...most).contains($0) ? .seconds($0) : nil }
        }
    }

    private func percent(_ field: Field, _ range: ClosedRange<Int>, _ report: Report) -> Int? {
        read(field, "a whole number from \(range.lowerBound) to \(range.upperBound)", report) { text in
            Int(text).flatMap { range.contains($0) ? $0 * 10 : nil }
        }
    }

    private static func choices(_ names: [String]) -> String {
        "one of \(names.joined(separator: ", "))"
    }

    private func read<Value>(
        _ field: Field, _ wanted: String, _ report: Report, as convert: (String) -> Value?
    ) -> Value? {
        guard let texts = fields[field.rawValue] else { return nil }
        guard texts.count == 1, let text = texts.first, !text.isEmpty else {
            let problem = texts.count > 1 ? "a list can't stand here" : "it is empty"
            report(field.rawValue, "\(problem); give \(wanted).")
            return nil
        }
        guard let value = convert(text) else {
            report(field.rawValue, "'\(text.prefix(200))' can't be used; give \(wanted).")
            return nil
        }
        return value
    }
}
