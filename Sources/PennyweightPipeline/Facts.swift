/// What the stages learned about one exchange, travelling up with the response.
///
/// A stage sets a fact before the body is read. Usage and cost are known only at the end of the body: they
/// come through a receipt that is itself a fact.
public struct Facts: Sendable {
    /// How many times the request went upstream: 0 for an answer from the cache.
    public var attempts = 1
    /// How long stages held the request back: rate limits and the sleeps between two attempts.
    public var waited: Duration = .zero
    private var values: [ObjectIdentifier: any Sendable] = [:]

    public init() {}

    /// The value of a typed fact; the key's default if no stage set it.
    public subscript<Key: FactKey>(key: Key.Type) -> Key.Value {
        get {
            // Asked in two steps: a missing value cast to an optional `Key.Value` would succeed, as nil.
            guard let value = values[ObjectIdentifier(key)] else { return Key.defaultValue }
            return value as? Key.Value ?? Key.defaultValue
        }
        set { values[ObjectIdentifier(key)] = newValue }
    }
}

/// Names a typed fact and says what it is when no stage set it.
public protocol FactKey {
    associatedtype Value: Sendable
    static var defaultValue: Value { get }
}
