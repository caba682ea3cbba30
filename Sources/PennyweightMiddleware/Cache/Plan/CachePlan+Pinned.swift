internal import PennyweightTime

extension CachePlan {
    /// What a pinned recording is worth: it doesn't age, whatever the clock says; nil for another look-up.
    func verdict(onPinned entry: CacheEntry, at now: Timestamp) -> FreshnessVerdict? {
        guard case .pinned = match else { return nil }
        return .fresh(
            age: max(now - entry.storedAt, .zero), remaining: entry.expiresAt - now, refreshes: false)
    }
}
