internal import PennyweightLedger

// How costs and usage lie in columns. Null stays null: what was not reported is not zero.

extension Cost {
    /// Status, lower bound, upper bound, reason. An exact amount is both of its bounds.
    var columns: [SQLValue] {
        switch self {
        case .exact(let amount): [.text(status), .of(amount), .of(amount), .null]
        case .estimated(let lower, let upper, let reason):
            [.text(status), .of(lower), .of(upper), .text(reason)]
        case .unknown(let reason): [.text(status), .null, .null, .text(reason)]
        }
    }
}

extension NewRow {
    /// Puts the four columns of a cost in; nothing but null if there is none.
    mutating func put(_ cost: Cost?) {
        put(cost?.status)
        switch cost {
        case .exact(let amount):
            put(amount)
            put(amount)
            put(nil as String?)
        case .estimated(let lower, let upper, let reason):
            put(lower)
            put(upper)
            put(reason)
        case .unknown(let reason):
            put(nil as Money?)
            put(nil as Money?)
            put(reason)
        case nil:
            for _ in 0..<3 { put(nil as Int64?) }
        }
    }

    /// Puts the seventeen columns of a usage in.
    mutating func put(_ usage: Usage?) {
        put(kind(of: usage))
        for count in (usage?.tokens ?? TokenUsage()).counts { put(count) }
        put(usage?.serviceTier)
        put(usage?.raw)
    }
}

extension Row {
    /// Reads the four columns of a cost; nil if there is none.
    mutating func optionalCost() throws -> Cost? {
        let status = optionalText()
        let lower = optionalMoney()
        let upper = optionalMoney()
        let reason = optionalText()
        switch status {
        case nil: return nil
        case "exact": return .exact(try present(lower))
        case "estimated":
            return .estimated(lower: try present(lower), upper: try present(upper), reason: reason ?? "")
        case "unknown": return .unknown(reason: reason ?? "")
        case .some: return try present(nil)
        }
    }

    mutating func cost() throws -> Cost { try present(optionalCost()) }

    /// Reads the seventeen columns of usage; nil if none was reported.
    mutating func usage(meters: () throws -> [Usage.Meter]) throws -> Usage? {
        let kind = try text()
        var tokens = TokenUsage()
        for field in TokenUsage.columns { tokens[keyPath: field] = optionalInteger() }
        let serviceTier = optionalText()
        let raw = optionalBytes()
        if kind == "none" { return nil }
        return Usage(
            tokens: kind == "tokens" ? tokens : nil, meters: try meters(), serviceTier: serviceTier, raw: raw)
    }
}

extension TokenUsage {
    /// The fields in the order of their columns.
    static var columns: [WritableKeyPath<TokenUsage, Int64?>] {
        [
            \.input, \.cachedInput, \.cacheWrite, \.cacheWriteHour, \.audioInput, \.imageInput, \.output,
            \.reasoning, \.audioOutput, \.imageOutput, \.cachedAudioInput, \.cachedImageInput,
            \.acceptedPrediction, \.rejectedPrediction,
        ]
    }

    /// The same fields' values. A path costs ten times as much as a field.
    fileprivate var counts: [Int64?] {
        [
            input, cachedInput, cacheWrite, cacheWriteHour, audioInput, imageInput, output, reasoning,
            audioOutput, imageOutput, cachedAudioInput, cachedImageInput, acceptedPrediction,
            rejectedPrediction,
        ]
    }
}

/// The seventeen columns of a usage: its kind, the tokens by class, the service tier, the report itself.
func usageColumns(_ usage: Usage?) -> [SQLValue] {
    [.text(kind(of: usage))] + (usage?.tokens ?? TokenUsage()).counts.map { .of($0) }
        + [.of(usage?.serviceTier), .of(usage?.raw)]
}

private func kind(of usage: Usage?) -> String {
    usage.map { $0.tokens == nil ? "meters" : "tokens" } ?? "none"
}
