internal import Logging
internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightTime

/// How an event is told: as a log line, as a metric's label, and as the body of a webhook.
extension BudgetEvent {
    /// `threshold` or `refused`: the label of the metric.
    var label: String {
        switch kind {
        case .threshold: "threshold"
        case .refused: "refused"
        }
    }

    var percent: Int? {
        if case .threshold(let percent) = kind { percent } else { nil }
    }

    /// A budget that is used up needs somebody's attention; a step on the way there only might.
    var logLevel: Logger.Level { percent.map { $0 < 100 } ?? false ? .notice : .warning }

    var logMessage: Logger.Message {
        switch kind {
        case .threshold(let percent):
            "The budget '\(budget)' of \(counted) has settled \(percent) % of its limit."
        case .refused: "The budget '\(budget)' of \(counted) refused a call, the first one in its period."
        }
    }

    var metadata: Logger.Metadata {
        var metadata: Logger.Metadata = [
            "event": "\(id)", "kind": "\(label)", "budget": "\(budget)", "counted": "\(counted)",
            "limit": "\(limit)", "settled": "\(balance.settled)", "held": "\(balance.held)",
        ]
        if let percent { metadata["percent"] = "\(percent)" }
        if let resetsAt { metadata["resets-at"] = "\(resetsAt.text)" }
        return metadata
    }

    /// The body of the webhook: compact JSON, amounts as exact decimal text in dollars.
    var webhookBody: [UInt8] {
        JSONValue.object([
            .init("type", .text("budget.\(label)")), .init("timestamp", .text(at.text)),
            .init(
                "data",
                .object([
                    .init("budget", .text(budget)), .init("counted", .text(counted)),
                    .init("percent", percent.map { .integer($0) } ?? .null),
                    .init("limit_usd", .text(limit.text)),
                    .init("settled_usd", .text(balance.settled.text)),
                    .init("held_usd", .text(balance.held.text)),
                    .init("resets_at", resetsAt.map { .text($0.text) } ?? .null),
                ])),
        ]).bytes
    }
}
