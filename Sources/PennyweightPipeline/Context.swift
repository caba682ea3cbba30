public import Logging
public import PennyweightTime

/// What a call carries down the pipeline, by value: a second attempt starts from what the first one received,
/// not from what it left behind.
public struct Context: Sendable {
    /// Identifies the call in logs, ledger and the `x-request-id` header.
    public var id: SortableID
    /// When the caller stops being interested; nil for never. The stage `Deadline` enforces it.
    public var deadline: MonotonicInstant?
    /// When the call began, noted by the outermost stage that could; nil if none has. See ``begun(at:)``.
    public var startedAt: MonotonicInstant?
    public var logger: Logger
    /// 1 for the first attempt, set by the stage that tries again.
    public var attempt = 1
    /// Who pays; every answer, hold and cache entry belongs to exactly one account.
    public var account = "default"
    /// Free labels that the ledger keeps with the line, for reports.
    public var tags: [String: String] = [:]
    private var values: [ObjectIdentifier: any Sendable] = [:]

    public init(id: SortableID, logger: Logger, deadline: MonotonicInstant? = nil) {
        self.id = id
        self.logger = logger
        self.deadline = deadline
    }

    /// The same context with the moment at which the call began; unchanged if a stage further out has noted
    /// it.
    ///
    /// A stage that makes calls wait notes the moment before: what was waited is measured from there.
    public func begun(at instant: MonotonicInstant) -> Context {
        guard startedAt == nil else { return self }
        var begun = self
        begun.startedAt = instant
        return begun
    }

    /// The value of a typed key; the key's default if nobody set it.
    public subscript<Key: ContextKey>(key: Key.Type) -> Key.Value {
        get {
            // Asked in two steps: a missing value cast to an optional `Key.Value` would succeed, as nil.
            guard let value = values[ObjectIdentifier(key)] else { return Key.defaultValue }
            return value as? Key.Value ?? Key.defaultValue
        }
        set { values[ObjectIdentifier(key)] = newValue }
    }
}

/// Names a typed value that travels down in a ``Context`` and says what it is when nobody set it.
public protocol ContextKey {
    associatedtype Value: Sendable
    static var defaultValue: Value { get }
}
