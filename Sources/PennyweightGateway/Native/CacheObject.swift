public import PennyweightJSON
internal import PennyweightLedger
public import PennyweightMiddleware
public import PennyweightTime

/// A stored answer as the native API and the command show it: what it is about, never the question.
public enum CacheObject {
    /// `id`, `object`, `key`, what was asked of whom, `bytes`, what a hit avoids, RFC 3339 times, `tags`.
    /// `hits` and `last_used_at` are null where the store does not know; the answer of one that is `sealed`
    /// takes the secret.
    public static func json(_ summary: CacheSummary, at time: Timestamp) -> JSONValue {
        let members: [JSONValue.Member] = [
            .init("id", .text(summary.id.description)),
            .init("object", .text("cache_entry")),
            .init("key", .text(summary.key.description)),
            .init("account", .text(summary.account)),
            .init("namespace", .text(summary.namespace)),
            .init("endpoint", .text(summary.route)),
            .init("model", .text(summary.model)),
            .init("executed_model", .of(summary.executedModel)),
            .init("provider", .text(summary.provider)),
            .init("status", .integer(summary.status)),
            .init("bytes", .integer(summary.bytes)),
        ]
        return .object(
            members + CallCost(summary.cost).members + [
                .init("stored_at", .of(summary.storedAt)),
                .init("expires_at", .of(summary.expiresAt)),
                .init("stale", .bool(time >= summary.expiresAt)),
                .init("last_used_at", .of(summary.lastUsed)),
                .init("hits", .of(summary.hits.map { Int64($0) })),
                .init("tags", .texts(summary.tags)),
                .init("sealed", .bool(summary.isSealed)),
            ])
    }

    /// One tier of the store.
    public static func json(_ tier: CacheStatistics.Tier) -> JSONValue {
        .object([
            .init("object", .text("cache_tier")), .init("name", .text(tier.name)),
            .init("entries", .integer(tier.entries)), .init("bytes", .integer(tier.bytes)),
            .init("limit_bytes", .integer(tier.limitBytes)),
            .init("bodies", .of(tier.bodies.map { Int64($0) })),
            .init("plain_bytes", .of(tier.plainBytes.map { Int64($0) })),
            .init("vectors", .of(tier.vectors.map { Int64($0) })),
        ])
    }
}
