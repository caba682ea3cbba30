internal import PennyweightJSON
internal import PennyweightLedger

/// What a call cost by all its attempts and corrections, as far as it is known.
struct CallCost: Sendable, Hashable {
    private(set) var lower = MoneyTotal.zero
    private(set) var upper = MoneyTotal.zero
    private(set) var hasBounds = true
    /// Why it isn't exact; nil if it is.
    private(set) var reason: String?

    /// Adds up lines, and what is held for attempts that are open. A correction takes the place of an unknown
    /// cost.
    init(lines: [LedgerLine], open: [Hold]) {
        let corrected = Set(lines.compactMap(\.correctedNumber))
        for line in lines where line.cost.status != "unknown" || !corrected.contains(line.number) {
            add(line.cost)
        }
        for hold in open {
            let reason = "an attempt is open"
            add(
                hold.upperBound.map { .estimated(lower: .zero, upper: $0, reason: reason) }
                    ?? .unknown(reason: reason))
        }
    }

    /// What one line cost.
    init(_ cost: Cost) {
        add(cost)
    }

    private mutating func add(_ cost: Cost) {
        switch cost {
        case .exact(let amount):
            lower += MoneyTotal(amount)
            upper += MoneyTotal(amount)
        case .estimated(let least, let most, let why):
            lower += MoneyTotal(least)
            upper += MoneyTotal(most)
            reason = reason ?? why
        case .unknown(let why):
            if hasBounds { reason = why }
            hasBounds = false
        }
    }

    /// `exact`, `estimated` or `unknown`.
    var status: String { hasBounds ? reason == nil ? "exact" : "estimated" : "unknown" }

    /// `cost` (a number, written from the exact decimal text) and `cost_usd` are null unless the cost is
    /// exact; the bounds are null unless it is estimated.
    var members: [JSONValue.Member] {
        let isExact = status == "exact"
        let isEstimated = status == "estimated"
        return [
            .init("cost", isExact ? .number(lower.text) : .null),
            .init("cost_usd", isExact ? .text(lower.text) : .null),
            .init("cost_status", .text(status)),
            .init("cost_lower_usd", isEstimated ? .text(lower.text) : .null),
            .init("cost_upper_usd", isEstimated ? .text(upper.text) : .null),
            .init("cost_reason", .of(reason)),
        ]
    }
}
