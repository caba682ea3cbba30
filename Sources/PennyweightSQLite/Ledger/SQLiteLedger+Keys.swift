public import PennyweightLedger
internal import PennyweightPipeline
public import PennyweightTime

extension SQLiteLedger: KeyStore {
    public func add(_ key: VirtualKey) async throws {
        let pen = try requirePen().ledger
        guard try await write({ _ in try LedgerWriting(pen: pen).add(key) }) else {
            throw Failure(.storage, "There is a key \(key.id) in '\(path)' already; make another id.")
        }
    }

    public func key(_ id: String) async throws -> VirtualKey? {
        try read { try LedgerKeys(connection: $0).key(id) }
    }

    @discardableResult
    public func revoke(_ id: String, at time: Timestamp) async throws -> Bool {
        let pen = try requirePen().ledger
        return try await write { _ in try LedgerWriting(pen: pen).revoke(id, at: time) }
    }

    public func keys(_ query: KeyQuery) async throws -> KeyPage {
        try read { try LedgerKeys(connection: $0).page(query) }
    }
}
