/// A dictionary that forgets its oldest key when it is full.
struct BoundedStore<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let limit: Int
    private var values: [Key: Value] = [:]
    private var order: [Key] = []

    init(limit: Int) {
        self.limit = limit
    }

    /// Oldest first.
    var all: [Value] { order.compactMap { values[$0] } }

    subscript(key: Key) -> Value? {
        get { values[key] }
        set {
            if newValue == nil { order.removeAll { $0 == key } }
            if newValue != nil, values[key] == nil { order.append(key) }
            values[key] = newValue
            if order.count > limit { values[order.removeFirst()] = nil }
        }
    }

    mutating func removeAll() {
        values = [:]
        order = []
    }
}
