/// What a usage costs by one price, and how that adds up.
public struct Charge: Sendable, Hashable {
    /// Exact, or unknown with the unit that has no price.
    public let cost: Cost
    /// The parts of an exact cost, which they add up to; empty if it is unknown.
    public let items: [LineItem]

    public init(cost: Cost, items: [LineItem] = []) {
        self.cost = cost
        self.items = items
    }

    static func unknown(_ reason: String) -> Charge { Charge(cost: .unknown(reason: reason)) }
}
