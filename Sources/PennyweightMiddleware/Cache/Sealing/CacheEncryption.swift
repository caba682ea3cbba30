/// With what the entries of a lasting store are sealed.
///
/// A call that has a ``CacheSecret`` of its own in its context is sealed with that one, whatever this says.
public enum CacheEncryption: Sendable, Hashable {
    /// Nothing is sealed. The default.
    case off
    /// Each answer with the credential of the call that paid for it. Calls that show none are kept in memory
    /// only.
    case credential
    /// All answers with one secret of the application.
    case secret(CacheSecret)

    /// What seals answers of calls that have no secret of their own.
    public var secret: CacheSecret? {
        if case .secret(let secret) = self { secret } else { nil }
    }

    /// True if no answer may lie in a file in plain.
    public var isOn: Bool { self != .off }
}
