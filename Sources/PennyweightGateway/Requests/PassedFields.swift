internal import HTTPTypes
private import PennyweightMiddleware

/// Which header fields pass through the gateway: two short lists, and nothing that is on neither.
enum PassedFields {
    /// Names that go from the caller down the pipeline. `authorization` is not among them: what the caller
    /// shows the gateway is not what the gateway shows the provider.
    private static let down: Set<String> = [
        "content-type", "accept", "cache-control", "openai-organization", "openai-project", "openai-beta",
        "idempotency-key", "traceparent", "tracestate",
    ]
    /// Names that go from the provider's answer up to the caller. Cookies and the provider's request id
    /// don't.
    private static let up: Set<String> = [
        "content-type", "content-encoding", "content-disposition", "retry-after", "retry-after-ms",
        "x-should-retry", "openai-processing-ms", "openai-version", "openai-poll-after-ms",
    ]

    /// The caller's fields that go down; what is said to the cache gets as far as that. Faults of the
    /// simulated provider (`x-simulate…`) do too: a provider
    /// that doesn't know them ignores them.
    static func down(_ fields: HTTPFields) -> HTTPFields {
        fields.filtered { name in
            down.contains(name) || name.hasPrefix("x-simulate")
                || ReplayField.prefixes.contains { name.hasPrefix($0) }
        }
    }

    /// The answer's fields that go up. An answer from the cache has no rate limit of its own to tell.
    static func up(_ fields: HTTPFields, isHit: Bool) -> HTTPFields {
        fields.filtered { up.contains($0) || !isHit && $0.hasPrefix("x-ratelimit-") }
    }
}

extension HTTPFields {
    fileprivate func filtered(_ passes: (String) -> Bool) -> HTTPFields {
        var kept = HTTPFields()
        for field in self where passes(field.name.canonicalName) { kept.append(field) }
        return kept
    }
}
