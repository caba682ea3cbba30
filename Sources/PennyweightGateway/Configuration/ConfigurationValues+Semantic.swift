#if Gateway
internal import PennyweightMiddleware

extension ConfigurationValues {
    /// Reads what stands below `semantic`. Where it is enabled, all calls that may take answers to similar
    /// questions do, unless `cache.semantic` or a rule says otherwise.
    mutating func readSemantic(into configuration: inout GatewayConfiguration) {
        var semantic = configuration.semantic
        read(.semanticEnabled, "true or false", into: &semantic.isEnabled) { truth($0) }
        read(.semanticModel, "the name of a model for embeddings", into: &semantic.policy.model) {
            $0.utf8.count <= 256 ? $0 : nil
        }
        let most = UnitVector.maximumDimensions
        read(.semanticDimensions, "a whole number from 1 to \(most)", into: &semantic.policy.dimensions) {
            number($0, 1...most)
        }
        read(.semanticMilliseconds, "a whole number from 1 to 60000", into: &semantic.policy.patience) {
            number($0, 1...60_000).map { .milliseconds($0) }
        }
        read(.semanticTextBytes, "a whole number from 1 to 32000", into: &semantic.policy.maximumTextBytes) {
            number($0, 1...32_000)
        }
        read(
            .semanticMaxErrorRate, "a number from 0.001 to 0.5, like 0.02",
            into: &semantic.policy.maximumErrorRate
        ) { share($0, 0.001...0.5) }
        read(.semanticConfidence, "a number from 0.5 to 0.9999, like 0.95", into: &semantic.policy.confidence)
        { share($0, 0.5...0.9999) }
        read(.semanticRequiresFeedback, "true or false", into: &semantic.policy.requiresFeedback) {
            truth($0)
        }
        read(
            .semanticExplorePercent, "a whole number from 0 to 50", into: &semantic.policy.explorePerMille
        ) { number($0, 0...50).map { $0 * 10 } }
        read(.semanticMemoryBytes, "a whole number from 0 to 1099511627776", into: &semantic.memoryBytes) {
            number($0, 0...(1 << 40))
        }
        configuration.semantic = semantic
        if semantic.isEnabled, !isGiven(.cacheSemantic) {
            configuration.cache.policy.defaults.semantic = .always
        }
    }
}

private func truth(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "true", "yes", "on", "1": true
    case "false", "no", "off", "0": false
    default: nil
    }
}

private func number(_ text: String, _ range: ClosedRange<Int>) -> Int? {
    Int(text.filter { $0 != "_" }).flatMap { range.contains($0) ? $0 : nil }
}

private func share(_ text: String, _ range: ClosedRange<Double>) -> Double? {
    Double(text).flatMap { range.contains($0) ? $0 : nil }
}
#endif
