/// At which pace a stored answer is streamed.
public enum ReplayPace: String, Sendable, Hashable, CaseIterable {
    /// At once.
    case instant
    /// With the gaps with which the original came, each at most ten seconds. It ends before the call's
    /// deadline. Callers who want no stream never wait.
    case recorded
}
