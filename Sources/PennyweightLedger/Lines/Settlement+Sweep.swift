public import PennyweightTime

extension Settlement {
    /// The line of a hold that nobody settled: nothing is known of its cost but what bounds it.
    public static func abandoning(_ hold: Hold, because reason: String, at time: Timestamp) -> Settlement {
        abandoning(
            hold.id, upperBound: hold.upperBound, isCapped: hold.isCapped, because: reason, at: time)
    }

    /// The same for a hold of which no more than its bound is at hand.
    public static func abandoning(
        _ holdID: SortableID, upperBound: Money?, isCapped: Bool, because reason: String, at time: Timestamp
    ) -> Settlement {
        let cost: Cost =
            if let bound = upperBound, !isCapped {
                .estimated(lower: .zero, upper: bound, reason: reason)
            } else {
                .unknown(reason: reason)
            }
        return Settlement(holdID: holdID, outcome: .abandoned, cost: cost, settledAt: time)
    }
}
