internal import Logging
private import PennyweightLedger
private import PennyweightTime

extension Exchange {
    /// Writes the one line of the exchange.
    func write(to logger: Logger, level: Logger.Level) {
        logger.log(level: level, "\(message)", metadata: metadata)
    }

    private var message: String {
        "\(method) \(route) \(ending == .complete ? statusLabel : ending.rawValue)"
    }

    /// The fields of the line; a field that isn't known is left out, and never written as zero.
    var metadata: Logger.Metadata {
        var fields: Logger.Metadata = [
            "request-id": "\(id)", "method": "\(method)", "path": "\(path)", "ending": "\(ending.rawValue)",
            "duration-ms": "\(duration.milliseconds)", "bytes": "\(bytes)", "cache": "\(cacheLabel)",
        ]
        fields["model"] = (statement?.model ?? requestedModel).map { "\(Exchange.shown($0))" }
        fields["provider"] = statement.map { "\($0.provider)" }
        fields["status"] = status.map { "\($0)" }
        fields["error"] = problem.map { "\($0)" }
        fields["attempts"] = attempts.map { "\($0)" }
        fields["first-byte-ms"] = timeToFirstByte.map { "\($0.milliseconds)" }
        if waited > .zero { fields["waited-ms"] = "\(waited.milliseconds)" }
        fields["cache-detail"] = cacheDetail.map { "\($0)" }
        fields["similarity"] = cache?.semantic.map { "\($0.similarityText)" }
        fields["stored"] = cache?.storing?.result.map { "\($0.rawValue)" }
        if let statement {
            fields["cost"] = Exchange.text(of: statement.cost).map { "\($0)" }
            fields["cost-status"] = "\(statement.cost.status)"
            if cache?.status == .hit || cache?.isCollapsed == true {
                fields["saved"] = Exchange.text(of: statement.saved).map { "\($0)" }
                fields["saved-status"] = "\(statement.saved.status)"
            }
        } else if isUnsettled {
            fields["cost-status"] = "pending"
        }
        return fields
    }

    private var cacheDetail: String? {
        switch cache?.status {
        case .miss(let reason): cache?.detail ?? reason.rawValue
        case .bypass(let reason): reason.label
        case .hit, .mock, nil: nil
        }
    }

    /// A name that a caller chose, as a log may hold it: one line, no control characters, not endless.
    private static func shown(_ name: String) -> String {
        String(
            name.prefix(128).map {
                $0.unicodeScalars.contains { $0.properties.generalCategory == .control } ? "?" : $0
            })
    }

    /// Dollars as exact decimal text, or both bounds of an estimate; nil if unknown.
    private static func text(of cost: Cost) -> String? {
        switch cost {
        case .exact(let amount): amount.text
        case .estimated(let lower, let upper, _): "\(lower.text)..\(upper.text)"
        case .unknown: nil
        }
    }
}
