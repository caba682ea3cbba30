/// What a usage costs by one price, and how that adds up.
public struct Charge: Sendable, Hashable {
    /// Exact, estimated if the report can be read in several ways, or unknown with what has no price.
    public let cost: Cost
    /// The parts of an exact cost, which they add up to; empty if it isn't exact.
    public let items: [LineItem]

    public init(cost: Cost, items: [LineItem] = []) {
        self.cost = cost
        self.items = items
    }

    /// One charge of the charges that different readings of one report lead to: exact if they agree, else
    /// estimated between the least and the most, and unknown if any reading is.
    static func spanning(_ charges: [Charge]) -> Charge {
        let amounts = charges.compactMap(\.cost.exactAmount)
        guard let first = charges.first, let least = amounts.min(), let most = amounts.max(),
            amounts.count == charges.count
        else {
            return charges.first { $0.cost.exactAmount == nil } ?? .unknown("there is nothing to charge")
        }
        guard least < most else { return first }
        let reason = "the report doesn't say how many cached tokens are audio or images"
        return Charge(cost: .estimated(lower: least, upper: most, reason: reason))
    }

    static func unknown(_ reason: String) -> Charge { Charge(cost: .unknown(reason: reason)) }
}
