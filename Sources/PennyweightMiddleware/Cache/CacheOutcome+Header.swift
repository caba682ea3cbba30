private import PennyweightTime

extension CacheOutcome {
    /// The value of the header field `Cache-Status` (RFC 9211): `Pennyweight; hit; ttl=86399`.
    ///
    /// An answer from the cache is a `hit`, with a negative `ttl` if it was stale. What went to the provider
    /// says why in `fwd`: `uri-miss` (nothing is stored under the key), `miss` (what is stored can't be
    /// used), `stale`, `request` (the caller wanted another), `method` or `bypass`. What was answered without
    /// either has a `detail` alone. The field is sent before the body has ended: `stored` says that the
    /// answer is kept as soon as it has proven to be complete.
    public var headerValue: String {
        var parts = ["Pennyweight"]
        if status == .hit, forwardedStatus == nil {
            parts.append("hit")
        } else if wasForwarded {
            parts.append("fwd=\(forward)")
        }
        if let forwardedStatus { parts.append("fwd-status=\(forwardedStatus)") }
        if let remaining { parts.append("ttl=\(remaining.wholeSecondsDown)") }
        if storing != nil { parts.append("stored") }
        if isCollapsed { parts.append("collapsed") }
        if let detail = detail ?? ownDetail { parts.append("detail=\(detail)") }
        if let semantic { parts.append("similarity=\(semantic.similarityText)") }
        return parts.joined(separator: "; ")
    }

    /// The value of the header field `Age` (RFC 9111 section 5.1): whole seconds; nil without a stored
    /// answer.
    public var ageValue: String? {
        age.map { "\($0.nanoseconds / 1_000_000_000)" }
    }

    /// Why the request went to the provider, in the words of RFC 9211 section 2.2.
    private var forward: String {
        switch status {
        // A stored answer in place of the provider's error: it was stale, or it had not been asked for one.
        case .hit: "stale"
        case .miss(let reason): CacheOutcome.forward(reason)
        case .bypass(.noStore): "request"
        case .bypass(.method): "method"
        case .bypass, .mock: "bypass"
        }
    }

    private static func forward(_ reason: Miss) -> String {
        switch reason {
        case .absent: "uri-miss"
        case .stale: "stale"
        case .request, .record: "request"
        case .mismatch, .unusable, .storeFailed: "miss"
        }
    }

    private var ownDetail: String? {
        if let refusal { return refusal.rawValue }
        return switch status {
        case .hit, .miss(.absent), .miss(.stale), .miss(.request), .bypass(.method): nil
        case .miss(let reason): reason.rawValue
        case .bypass(let reason): reason.label
        case .mock: "mock"
        }
    }
}

extension Duration {
    /// Whole seconds, rounded down, so that what is stale is never said to be 0.
    fileprivate var wholeSecondsDown: Int64 {
        let second: Int64 = 1_000_000_000
        let whole = nanoseconds / second
        return nanoseconds < whole * second ? whole - 1 : whole
    }
}
