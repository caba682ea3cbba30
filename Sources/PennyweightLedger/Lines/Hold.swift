public import PennyweightTime

/// The durable row that says, before a byte goes upstream, that one attempt may cost money.
///
/// It ends as exactly one ``Settlement``. A hold whose process died, or that expired, is closed by
/// ``Ledger/sweep(at:)``.
public struct Hold: Sendable, Hashable {
    /// Made by the caller, so that reserving and settling are idempotent.
    public let id: SortableID
    /// The call that this attempt belongs to: `x-request-id`.
    public let callID: SortableID
    /// 1 for the first attempt of the call.
    public let attempt: Int
    /// Who and what the attempt is for.
    public let subject: Subject
    /// The most that the attempt can cost; nil if it can't be bounded.
    public let upperBound: Money?
    /// True if the bound is only what budgets hold for a model without a price: the attempt may cost more.
    public let isCapped: Bool
    /// The budgets that count this attempt: all of them must allow it.
    public let claims: [BudgetClaim]
    /// How long the attempt waited for its turn and for earlier attempts.
    public let queued: Duration
    public let openedAt: Timestamp
    /// When the attempt counts as lost, if nobody settles or renews it.
    public let expiresAt: Timestamp

    public init(
        id: SortableID, callID: SortableID, attempt: Int, subject: Subject, upperBound: Money?,
        isCapped: Bool = false, claims: [BudgetClaim] = [], queued: Duration = .zero, openedAt: Timestamp,
        expiresAt: Timestamp
    ) {
        self.id = id
        self.callID = callID
        self.attempt = attempt
        self.subject = subject
        self.upperBound = upperBound
        self.isCapped = isCapped
        self.claims = claims
        self.queued = queued
        self.openedAt = openedAt
        self.expiresAt = expiresAt
    }
}
