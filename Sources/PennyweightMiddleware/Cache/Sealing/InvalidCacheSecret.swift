/// A text that is no secret of the cache.
public struct InvalidCacheSecret: Error, Sendable, CustomStringConvertible {
    public init() {}

    public var description: String {
        "The secret of the cache must be 32 random bytes, as 64 hexadecimal digits or in Base 64; make one "
            + "with: openssl rand -hex 32"
    }
}
