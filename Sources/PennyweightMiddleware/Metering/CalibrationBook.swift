public import PennyweightLedger
private import Synchronization

/// What a process has learned of its models' characters and tokens: one `Calibration`
/// for each model that answered with exact usage and visible text.
///
/// It is read when an answer ends without usage. ``add(_:)`` fills it from a ledger at start.
public final class CalibrationBook: Sendable {
    private struct Key: Hashable {
        let provider: String
        let model: String
    }

    private let limit: Int
    private let calibrations = Mutex<[Key: Calibration]>([:])

    /// Knows at most `limit` models: a new one then takes the place of the one with the fewest answers.
    public init(limit: Int = 1_000) {
        self.limit = limit
    }

    /// What is known of a model; nil if nothing.
    public func calibration(of model: String, provider: String) -> Calibration? {
        calibrations.withLock { $0[Key(provider: provider, model: model)] }
    }

    /// Everything that is known, in no order.
    public var all: [Calibration] { calibrations.withLock { Array($0.values) } }

    /// Adds what a ledger has learned from its lines.
    public func add(_ known: [Calibration]) {
        for calibration in known {
            change(calibration.model, calibration.provider) { $0.add(calibration) }
        }
    }

    /// Learns from a line that is exact, if the answer's text was seen whole and its tokens are text alone.
    func learn(from settlement: Settlement, _ summary: UsageSummary, provider: String, model: String) {
        guard settlement.cost.exactAmount != nil, summary.isComplete, summary.generatedCharacters > 0,
            let tokens = settlement.usage?.tokens, let classes = tokens.partition(),
            classes[.audioOutputToken] == nil, classes[.imageOutputToken] == nil,
            let generated = classes[.outputToken]
        else { return }
        let visible = generated - (tokens.rejectedPrediction ?? 0)
        change(settlement.executedModel ?? model, provider) {
            $0.add(characters: summary.generatedCharacters, tokens: visible)
        }
    }

    private func change(_ model: String, _ provider: String, _ change: (inout Calibration) -> Void) {
        let key = Key(provider: provider, model: model)
        calibrations.withLock { calibrations in
            var calibration = calibrations[key] ?? Calibration(provider: provider, model: model)
            change(&calibration)
            guard calibration.samples > 0, limit > 0 else { return }
            if calibrations[key] == nil, calibrations.count >= limit,
                let rarest = calibrations.min(by: { $0.value.samples < $1.value.samples })?.key
            {
                calibrations[rarest] = nil
            }
            calibrations[key] = calibration
        }
    }
}
