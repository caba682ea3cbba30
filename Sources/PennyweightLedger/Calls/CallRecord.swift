public import PennyweightTime

/// What a caller asked, and all that came of it: its attempts, or the line of an answer that needed none.
public struct CallRecord: Sendable, Hashable {
    public let id: SortableID
    public let at: Timestamp
    /// Who it was for; the model that was asked for.
    public let subject: Subject
    /// Settled attempts, savings and corrections, oldest first.
    public let lines: [LedgerLine]
    /// Attempts that are open: reserved, not settled yet.
    public let open: [Hold]
    /// Where it belongs beyond the gateway; nil if its caller didn't say.
    public let origin: CallOrigin?

    public init(
        id: SortableID, at: Timestamp, subject: Subject, lines: [LedgerLine], open: [Hold],
        origin: CallOrigin? = nil
    ) {
        self.id = id
        self.at = at
        self.subject = subject
        self.lines = lines
        self.open = open
        self.origin = origin
    }

    /// How a call stands.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// An attempt is open.
        case pending
        /// The caller got an answer.
        case completed
        /// The provider or the gateway refused, or the provider could not be reached.
        case failed
        /// The exchange broke off, or the process died.
        case abandoned
    }

    /// How the call stands: by its last attempt, or its saving.
    public var status: Status {
        if !open.isEmpty { return .pending }
        if lines.contains(where: { $0.outcome == .served || $0.avoided != nil }) { return .completed }
        return lines.last { $0.outcome != nil }?.outcome == .abandoned ? .abandoned : .failed
    }
}

/// Which calls are wanted, newest first.
public struct CallQuery: Sendable, Hashable {
    /// This account and those below it; empty for all.
    public var account = ""
    public var key: String?
    /// Only calls from this point on.
    public var createdAfter: Timestamp?
    /// Only calls before this point.
    public var createdBefore: Timestamp?
    /// Only calls that are older than this one: the next page.
    public var startingAfter: SortableID?
    /// Only calls that are newer than this one: the page before.
    public var endingBefore: SortableID?
    /// 1 to 100.
    public var limit = 20
    /// The most calls that one page looks at, wanted or not.
    public static let reach = 10_000

    public init() {}

    /// True if a call is among those that are wanted, whatever its place.
    public func covers(account: String, key: String?, at: Timestamp) -> Bool {
        AccountPath.isCovered(account, by: self.account) && (self.key == nil || self.key == key)
            && covers(at: at)
    }

    /// True if calls of this time are wanted.
    public func covers(at time: Timestamp) -> Bool {
        (createdAfter.map { time >= $0 } ?? true) && (createdBefore.map { time < $0 } ?? true)
    }
}

/// One page of calls, newest first.
public struct CallPage: Sendable, Hashable {
    public let calls: [CallRecord]
    /// True if more may follow in the direction that was asked for.
    public let hasMore: Bool
    /// The last call that was looked at, in the direction that was asked for: the next page begins beyond it.
    /// Nil if there was none.
    public let edge: SortableID?

    public init(calls: [CallRecord], hasMore: Bool, edge: SortableID?) {
        self.calls = calls
        self.hasMore = hasMore
        self.edge = edge
    }
}

/// Looks calls up in a ledger.
public protocol CallLog: Sendable {
    /// A page of calls. Throws a `Failure` `storage` if they can't be read.
    ///
    /// A page costs the same however long the history is: one that has looked at about ``CallQuery/reach``
    /// calls which aren't wanted ends there, short or empty, and the next one goes on from its
    /// ``CallPage/edge``. No call is lost.
    func calls(_ query: CallQuery) async throws -> CallPage

    /// One call with its attempts; nil if the ledger has none with this id.
    func call(_ id: SortableID) async throws -> CallRecord?
}
