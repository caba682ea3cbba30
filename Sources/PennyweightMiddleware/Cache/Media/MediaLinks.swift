private import Crypto
public import PennyweightPipeline
public import PennyweightTime

/// Makes URLs under which callers find what a ``MediaStore`` keeps.
public protocol MediaLinks: Sendable {
    /// The URL of media; nil if there is none for this caller.
    ///
    /// `origin` is where the caller has reached this process (``MediaOrigin``), if that is known.
    func url(of media: Media, origin: String?, at time: Timestamp) -> String?
}

/// Where the caller of a call reaches this process, as the start of a URL: `http://127.0.0.1:8080`.
public enum MediaOrigin: ContextKey {
    public static var defaultValue: String? { nil }
}

/// URLs that are signed, and expire: `/media/<digest>.png?expires=<unix seconds>&signature=<hex>`.
///
/// The signature is an HMAC-SHA256 over name and time. Whoever has the URL may fetch the image until then;
/// nobody can make one, or make one live longer.
public struct SignedMediaLinks: MediaLinks {
    /// How many bytes of secret there are.
    public static let secretLength = 32

    /// What came of looking at a URL.
    public enum Verdict: Sendable, Hashable {
        case valid(MediaDigest, until: Timestamp)
        case expired
        /// It is none of ours, or was changed.
        case forged
    }

    private let key: SymmetricKey
    private let lifetime: Duration
    private let publicURL: String?

    /// Takes the secret; URLs live for `lifetime`, and begin with `publicURL` wherever the caller comes from,
    /// if that is given.
    public init(secret: [UInt8], lifetime: Duration = .seconds(3_600), publicURL: BaseURL? = nil) {
        key = SymmetricKey(data: secret)
        self.lifetime = lifetime
        self.publicURL = publicURL?.description
    }

    public func url(of media: Media, origin: String?, at time: Timestamp) -> String? {
        guard let base = publicURL ?? origin else { return nil }
        let (name, expires) = (media.fileName, (time + lifetime).seconds)
        return "\(base)/media/\(name)?expires=\(expires)&signature=\(signature(name, expires))"
    }

    /// Judges a URL by its last segment and its query's two values, as they stand in it.
    public func verdict(
        on name: some StringProtocol, expires: some StringProtocol, signature: some StringProtocol,
        at time: Timestamp
    ) -> Verdict {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let digest = MediaDigest(parts[0]),
            MediaType(fileExtension: parts[1]) != nil,
            let seconds = Int64(expires), String(seconds) == expires,
            let code = MediaDigest(signature)?.bytes,
            HMAC<SHA256>.isValidAuthenticationCode(
                code, authenticating: SignedMediaLinks.text(String(name), seconds), using: key)
        else { return .forged }
        let end = Timestamp(seconds: seconds)
        return time < end ? .valid(digest, until: end) : .expired
    }

    private func signature(_ name: String, _ expires: Int64) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: SignedMediaLinks.text(name, expires), using: key)
        return hexadecimal(Array(code))
    }

    private static func text(_ name: String, _ expires: Int64) -> [UInt8] {
        Array("pennyweight-media/1\n\(name)\n\(expires)".utf8)
    }
}
