public import PennyweightLedger

/// What the stage `Metering` may decide by itself.
public struct MeteringPolicy: Sendable, Hashable {
    /// What happens with a model that has no price.
    public enum Unpriced: Sendable, Hashable {
        /// The call goes through, and its line says that the cost is unknown.
        case allow
        /// The call is refused with `Failure` `unpriced`, and nothing is sent.
        case refuse
    }

    public var unpriced: Unpriced
    /// How long after its deadline (after its start, if it has none) an attempt that nobody settled counts as
    /// lost: 15 minutes by default. An exchange that lasts longer is closed by a sweep before its cost is
    /// known.
    public var holdLifetime: Duration

    /// The most that each account may have settled and held together; nil for no limit, which is the default.
    ///
    /// A call that might exceed it, or whose most isn't known, throws `Failure` `overBudget` before anything
    /// is sent.
    public var budget: Money?

    public init(
        unpriced: Unpriced = .allow, holdLifetime: Duration = .seconds(15 * 60), budget: Money? = nil
    ) {
        self.unpriced = unpriced
        self.budget = budget
        self.holdLifetime = holdLifetime
    }
}
