public import PennyweightLedger

/// What the stage `Metering` may decide by itself.
public struct MeteringPolicy: Sendable, Hashable {
    /// What happens with a model that has no price.
    public enum Unpriced: Sendable, Hashable {
        /// The call goes through, and its line says that the cost is unknown. A budget still refuses it,
        /// because nobody knows what it can cost.
        case allow
        /// The call goes through, this much of the account's budget is held for it, and its line says that
        /// the cost is unknown: the budget charges what was held, which may be less than the provider does.
        case cap(Money)
        /// The call is refused with `Failure` `unpriced`, and nothing is sent.
        case refuse
    }

    /// What happens with models without a price, for every account that ``unpricedByAccount`` doesn't name.
    ///
    /// Nil, the default: they are refused if a budget counts the call, else allowed and flagged.
    public var unpriced: Unpriced?
    /// The same for single accounts, by path: what is said of `a/b` holds for `a/b/c`, too, unless that is
    /// named itself.
    public var unpricedByAccount: [String: Unpriced] = [:]
    /// Where the provider runs the calls (`eu`, `us-east-1`): it decides between the prices of a model whose
    /// price differs by region. Nil for its default.
    public var region: String?
    /// How long after its deadline (after its start, if it has none) an attempt that nobody settled counts as
    /// lost: 15 minutes by default. ``Settlements/sweep(_:)`` moves the expiry of those that are in use, so
    /// an exchange may last longer; the hold of a process that died is closed without waiting for it.
    public var holdLifetime: Duration

    /// How long the provider may work on a job (a video) whose end nobody has asked for: 24 hours by default.
    /// Then its cost counts as estimated, up to its bound.
    public var jobLifetime: Duration = .seconds(24 * 60 * 60)

    /// What spending is held against; none by default.
    ///
    /// A call that might exceed a hard one, or whose most isn't known, throws `Failure` `overBudget` before
    /// anything is sent.
    public var budgets: [Budget]

    public init(
        unpriced: Unpriced? = nil, holdLifetime: Duration = .seconds(15 * 60), budgets: [Budget] = []
    ) {
        self.unpriced = unpriced
        self.budgets = budgets
        self.holdLifetime = holdLifetime
    }

    /// What happens with a model without a price that this account asks for. `hasBudget`: a budget counts the
    /// call.
    func unpriced(for account: String, hasBudget: Bool) -> Unpriced {
        let named = AccountPath.lineage(of: account).reversed().lazy.compactMap { unpricedByAccount[$0] }
            .first
        return named ?? unpriced ?? (hasBudget ? .refuse : .allow)
    }
}
