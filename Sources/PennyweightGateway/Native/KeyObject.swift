public import PennyweightJSON
public import PennyweightLedger
public import PennyweightTime

/// A virtual key as the native API shows it: never its secret, nor its digest.
public enum KeyObject {
    /// `id`, `object`, `name`, `last_four`, `status` at a time, `account`, `models`, `routes` (empty for
    /// all), and RFC 3339 times.
    public static func json(_ key: VirtualKey, at time: Timestamp) -> JSONValue {
        .object([
            .init("id", .text(key.id)),
            .init("object", .text("key")),
            .init("name", .of(key.name)),
            .init("last_four", .text(key.lastFour)),
            .init("status", .text(key.status(at: time).rawValue)),
            .init("account", .text(key.account)),
            .init("models", .texts(key.models)),
            .init("routes", .texts(key.routes)),
            .init("created_at", .of(key.createdAt)),
            .init("expires_at", .of(key.expiresAt)),
            .init("revoked_at", .of(key.revokedAt)),
        ])
    }
}
