/// Which questions the cache takes.
public enum CacheAdmission: String, Sendable, Hashable, CaseIterable {
    /// Every question whose answer depends on the request alone.
    case all
    /// Of those only what asks for the same answer each time: `temperature` 0, or a `seed`.
    case deterministic
}
