public import PennyweightMiddleware

extension CacheSecret {
    /// The secret that the answers to a virtual key's calls are sealed with, if each is sealed with its
    /// caller's credential; nil for a text that is no virtual key (`pw_…`).
    public convenience init?(virtualKey text: some StringProtocol) {
        guard let credential = KeyCredential(text) else { return nil }
        self.init(credential.sealingBytes)
    }
}
