#if Gateway
internal import PennyweightMiddleware

extension ConfigurationValues {
    /// Reads `cache.encryption.mode` and `cache.encryption.secret`, which hang together.
    mutating func readEncryption(into encryption: inout CacheEncryption) {
        var mode = "off"
        var secret: CacheSecret?
        read(.cacheEncryptionMode, "off, credential or secret", into: &mode) { text in
            ["off", "credential", "secret"].contains(text) ? text : nil
        }
        read(.cacheEncryptionSecret, into: &secret) { text -> CacheSecret? in
            guard let secret = CacheSecret(reading: text) else { throw InvalidCacheSecret() }
            return secret
        }
        switch mode {
        case "credential": encryption = .credential
        case "secret":
            if let secret { encryption = .secret(secret) }
            if !isGiven(.cacheEncryptionSecret) {
                report(
                    "Key 'cache.encryption.secret': answers are to be sealed with one secret, and there is "
                        + "none. Make one with: openssl rand -hex 32")
            }
        default: break
        }
        if mode != "secret", let place = place(of: .cacheEncryptionSecret) {
            report(
                "\(place): nothing is sealed with it; set 'cache.encryption.mode' to secret, or take it out.")
        }
    }
}
#endif
