internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightTime

/// The writes of virtual keys: rows that the chain covers.
extension LedgerWriting {
    /// False if the id is taken.
    func add(_ key: VirtualKey) throws -> Bool {
        guard try LedgerKeys(connection: pen.connection).number(of: key.id) == nil else { return false }
        let number = try pen.insert(
            .virtualKey,
            [
                .text(key.id), .of(key.name), .bytes(key.secretDigest), .text(key.lastFour),
                .text(key.account), list(key.models), list(key.routes), .of(key.createdAt),
                .of(key.expiresAt),
            ])
        if let time = key.revokedAt { _ = try pen.insert(.keyRevocation, [.of(number), .of(time)]) }
        return true
    }

    /// False if there is no such key, or it was revoked before.
    func revoke(_ id: String, at time: Timestamp) throws -> Bool {
        let keys = LedgerKeys(connection: pen.connection)
        guard let number = try keys.number(of: id), try !keys.isRevoked(number) else { return false }
        _ = try pen.insert(.keyRevocation, [.of(number), .of(time)])
        return true
    }

    /// Lists are JSON in their column.
    private func list(_ texts: [String]) -> SQLValue {
        .text(String(decoding: JSONValue.array(texts.map(JSONValue.text)).bytes, as: UTF8.self))
    }
}
