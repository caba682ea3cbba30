public import PennyweightTime

/// Where virtual keys are kept.
///
/// What one process adds or revokes, every other sees with its next look.
public protocol KeyStore: Sendable {
    /// Adds a key. Throws a `Failure` `storage` if its id is taken or it can't be written.
    func add(_ key: VirtualKey) async throws

    /// The key with this id, revoked or not; nil if there is none. A look at one row.
    func key(_ id: String) async throws -> VirtualKey?

    /// Revokes a key for good. False if there is none, or it was revoked before.
    @discardableResult
    func revoke(_ id: String, at time: Timestamp) async throws -> Bool

    /// A page of keys, newest first.
    func keys(_ query: KeyQuery) async throws -> KeyPage
}

/// Which keys are wanted, newest first.
public struct KeyQuery: Sendable, Hashable {
    /// Keys of this account and of those below it; empty for all.
    public var account = ""
    /// Only keys that stand so at ``time``; nil for all.
    public var status: VirtualKey.Status?
    /// When an expiry counts as past.
    public var time: Timestamp
    /// Only keys that are older than this one: the next page.
    public var startingAfter: String?
    /// Only keys that are newer than this one: the page before.
    public var endingBefore: String?
    /// 1 to 100.
    public var limit = 20

    public init(at time: Timestamp) {
        self.time = time
    }

    /// True if a key is among those that are wanted, whatever its place.
    public func covers(_ key: VirtualKey) -> Bool {
        AccountPath.isCovered(key.account, by: account)
            && (status.map { $0 == key.status(at: time) } ?? true)
    }
}

/// One page of keys, newest first.
public struct KeyPage: Sendable, Hashable {
    public let keys: [VirtualKey]
    /// True if more follow in the direction that was asked for.
    public let hasMore: Bool

    public init(keys: [VirtualKey], hasMore: Bool) {
        self.keys = keys
        self.hasMore = hasMore
    }
}
