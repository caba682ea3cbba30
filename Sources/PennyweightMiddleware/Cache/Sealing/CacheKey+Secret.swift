extension CacheKey {
    /// The key under which an answer is kept that is sealed with a secret: it can be made of this one only by
    /// who has the secret, and calls with two secrets never meet under one.
    public func blinded(by secret: CacheSecret) -> CacheKey {
        CacheKey(digest: secret.blinded(digest), secret: secret) ?? self
    }
}
