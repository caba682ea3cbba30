public import PennyweightTime

extension Settlement {
    /// The line of a hold that nobody settled: nothing is known of its cost but what bounds it.
    public static func abandoning(_ hold: Hold, because reason: String, at time: Timestamp) -> Settlement {
        let cost: Cost =
            if let bound = hold.upperBound, !hold.isCapped {
                .estimated(lower: .zero, upper: bound, reason: reason)
            } else {
                .unknown(reason: reason)
            }
        return Settlement(holdID: hold.id, outcome: .abandoned, cost: cost, settledAt: time)
    }
}
