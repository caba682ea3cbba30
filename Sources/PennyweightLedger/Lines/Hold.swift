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
    /// The most that the account may have settled and held together, this hold included; nil for no limit.
    public let limit: Money?
    public let openedAt: Timestamp
    /// When the attempt counts as lost, if nobody settles it.
    public let expiresAt: Timestamp

    public init(
        id: SortableID, callID: SortableID, attempt: Int, subject: Subject, upperBound: Money?,
        limit: Money? = nil, openedAt: Timestamp, expiresAt: Timestamp
    ) {
        self.id = id
        self.callID = callID
        self.attempt = attempt
        self.subject = subject
        self.upperBound = upperBound
        self.limit = limit
        self.openedAt = openedAt
        self.expiresAt = expiresAt
    }
}

/// Who a line is for and what was asked: the fields that reports group by.
public struct Subject: Sendable, Hashable {
    public var account: String
    /// The caller's key as a label that reveals nothing; nil if the caller sent none.
    public var key: String?
    public var tags: [String: String]
    /// The provider's name: `openai`.
    public var provider: String
    /// The model that was asked for.
    public var model: String
    /// The route below the base URL: `/chat/completions`.
    public var route: String

    public init(
        account: String, key: String? = nil, tags: [String: String] = [:], provider: String, model: String,
        route: String
    ) {
        self.account = account
        self.key = key
        self.tags = tags
        self.provider = provider
        self.model = model
        self.route = route
    }
}
