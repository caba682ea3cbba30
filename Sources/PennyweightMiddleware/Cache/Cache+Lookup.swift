extension Cache {
    /// The entry that an inquiry looks for; nil if there is none that its caller may see.
    ///
    /// A pinned recording of another account, namespace or route is as good as none: nobody learns that it
    /// exists.
    func stored(for inquiry: Inquiry) async throws -> CacheEntry? {
        guard case .pinned(let id) = inquiry.plan.match else {
            return try await store.entry(for: inquiry.key)
        }
        guard let entry = try await store.entry(named: id, sealedWith: inquiry.key.secret),
            inquiry.isAnswered(by: entry)
        else { return nil }
        return entry
    }
}

extension Cache.Inquiry {
    /// True if an entry is what it was looked up as, whatever the store says.
    func isAnswered(by entry: CacheEntry) -> Bool {
        guard entry.account == account, entry.namespace == plan.namespace, entry.route == question.route
        else {
            return false
        }
        if case .pinned = plan.match { return true }
        return entry.canonicalDigest == canonicalDigest
    }
}
