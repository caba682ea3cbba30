private import PennyweightTime

extension CacheOutcome {
    /// The value of the header field `Cache-Status` (RFC 9211): `Pennyweight; hit; ttl=86399`.
    ///
    /// The field is sent before the body has ended: `stored` says that the answer is kept as soon as it has
    /// proven to be complete. A failure of the store shows as `detail=store-failed`.
    public var headerValue: String {
        let name = "Pennyweight"
        switch status {
        case .hit:
            return "\(name); hit" + (remaining.map { "; ttl=\($0.nanoseconds / 1_000_000_000)" } ?? "")
        case .miss(let reason):
            guard wasForwarded else { return "\(name); detail=only-if-cached" }
            return "\(name); \(CacheOutcome.forward(reason))" + (storing == nil ? "" : "; stored")
        case .bypass(let reason):
            guard wasForwarded else { return "\(name); detail=only-if-cached" }
            return "\(name); fwd=\(reason == .noStore ? "request" : "bypass"); detail=\(reason.label)"
        }
    }

    /// The value of the header field `Age` (RFC 9111 section 5.1): whole seconds; nil without a hit.
    public var ageValue: String? {
        age.map { "\($0.nanoseconds / 1_000_000_000)" }
    }

    private static func forward(_ reason: Miss) -> String {
        switch reason {
        case .absent: "fwd=miss"
        case .stale: "fwd=stale"
        case .request: "fwd=request"
        case .mismatch, .unusable, .storeFailed: "fwd=miss; detail=\(reason.rawValue)"
        }
    }
}
