public import PennyweightLedger
internal import PennyweightPipeline
public import PennyweightTime
private import Synchronization

/// Virtual keys in memory, for tests and for programs that give out keys anew at every start.
public final class MemoryKeys: KeyStore {
    /// In the order in which they were added.
    private let keys: Mutex<[VirtualKey]>

    public init(_ keys: [VirtualKey] = []) {
        self.keys = Mutex(keys)
    }

    public func add(_ key: VirtualKey) async throws {
        try keys.withLock { keys in
            guard !keys.contains(where: { $0.id == key.id }) else {
                throw Failure(.storage, "There is a key \(key.id) already; make another id.")
            }
            keys.append(key)
        }
    }

    public func key(_ id: String) async throws -> VirtualKey? {
        keys.withLock { $0.first { $0.id == id } }
    }

    @discardableResult
    public func revoke(_ id: String, at time: Timestamp) async throws -> Bool {
        keys.withLock { keys in
            guard let index = keys.firstIndex(where: { $0.id == id && $0.revokedAt == nil }) else {
                return false
            }
            keys[index].revokedAt = time
            return true
        }
    }

    public func keys(_ query: KeyQuery) async throws -> KeyPage {
        let all = keys.withLock { $0 }
        let position = { (id: String?) in id.flatMap { id in all.firstIndex { $0.id == id } } }
        if query.startingAfter != nil || query.endingBefore != nil,
            position(query.startingAfter ?? query.endingBefore) == nil
        {
            return KeyPage(keys: [], hasMore: false)
        }
        if let newest = position(query.endingBefore) {
            let found = all[(newest + 1)...].filter(query.covers).prefix(query.limit + 1)
            return KeyPage(
                keys: found.prefix(query.limit).reversed(), hasMore: found.count > query.limit)
        }
        let older = position(query.startingAfter).map { all[..<$0] } ?? all[...]
        let found = older.reversed().filter(query.covers).prefix(query.limit + 1)
        return KeyPage(keys: Array(found.prefix(query.limit)), hasMore: found.count > query.limit)
    }
}
