private import PennyweightLedger
private import PennyweightTime

extension CachePolicy {
    /// What the cache does with a call: the defaults, the first rule that is for it, what is said of its
    /// account (of the accounts above it first), and then the caller's wishes, as far as they narrow.
    public func plan(for subject: CacheRule.Subject, asking wishes: CacheWishes = CacheWishes()) -> CachePlan
    {
        var plan = defaults
        rules.first { $0.isFor(subject) }?.settings.apply(to: &plan)
        let covering = accounts.filter { AccountPath.isCovered(subject.account, by: $0.key) }
        for account in covering.sorted(by: { $0.key.utf8.count < $1.key.utf8.count }) {
            account.value.apply(to: &plan)
        }
        plan.tags.merge(subject.tags) { $1 }
        plan.narrow(by: wishes)
        return plan
    }
}

extension CachePlan {
    /// Stands between the configured namespace and the caller's own. No name of either can hold it.
    static let namespaceSeparator = "/"

    /// True if a text can name a namespace: 1 to 128 bytes without control characters and `/`.
    public static func isNamespace(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") }
    }

    /// Takes a caller's wishes, as far as they narrow what is configured.
    ///
    /// What can't be wished for at all: sharing with other accounts, other fields off the key, other
    /// admission. A caller's namespace lies inside the configured one, so that no name reaches another's.
    mutating func narrow(by wishes: CacheWishes) {
        if let wish = wishes.mode { mode = mode.narrowing(wish) }
        if let wish = wishes.match { match = wish }
        if let wish = wishes.pace { pace = wish }
        if let wish = wishes.namespace { namespace += CachePlan.namespaceSeparator + wish }
        tags.merge(wishes.tags) { $1 }
        if let wish = wishes.usesSimilar, semantic != .off { semantic = wish ? .always : .off }
        if let wish = wishes.similarity { similarity = max(similarity, wish) }
        if let wish = wishes.timeToLive { freshness.timeToLive = min(freshness.timeToLive, max(wish, .zero)) }
        directives = directives.narrowed(by: wishes.directives)
        if let wish = directives.staleIfError { freshness.staleIfError = wish }
        let asksAnew = directives.noCache || directives.noStore || directives.maximumAge == .zero
        if asksAnew || !mode.replays { coalesces = false }
    }
}
