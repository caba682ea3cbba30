#if Gateway
internal import ArgumentParser
private import Foundation
internal import PennyweightGateway
internal import PennyweightMiddleware
internal import PennyweightPipeline

/// What a command opens sealed answers with. Never an argument itself: others on the machine can see those.
struct CacheSecretOptions: ParsableArguments {
    static let variable = "PENNYWEIGHT_CACHE_ENCRYPTION_SECRET"

    @Option(
        help: ArgumentHelp(
            "The file with the secret that answers are sealed with: that of the configuration, or a virtual "
                + "key. (default: $\(CacheSecretOptions.variable))", valueName: "file"))
    var secretFile: String?

    /// The secret; nil without one. Throws a `Failure` if what is given is none.
    func secret() throws -> CacheSecret? {
        let variable = ProcessInfo.processInfo.environment[CacheSecretOptions.variable] ?? ""
        guard let secretFile else {
            return variable.isEmpty ? nil : try CacheSecretOptions.secret(variable)
        }
        guard let data = FileManager.default.contents(atPath: secretFile) else {
            throw Failure(.storage, "The file '\(secretFile)' with the secret can't be read.")
        }
        return try CacheSecretOptions.secret(String(decoding: data, as: UTF8.self))
    }

    private static func secret(_ text: String) throws -> CacheSecret {
        let key = try? Secret(text).reveal()
        guard let secret = CacheSecret(reading: text) ?? key.flatMap({ CacheSecret(virtualKey: $0) }) else {
            throw Failure(.storage, InvalidCacheSecret().description)
        }
        return secret
    }
}

extension CacheSummary {
    /// The key to read the entry by: with the secret if it is sealed.
    func key(openedWith secret: CacheSecret?) -> CacheKey {
        isSealed ? CacheKey(digest: key.digest, secret: secret) ?? key : key
    }
}
#endif
