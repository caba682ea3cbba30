/// What the cache does with images: which it fetches, how large they may be, and how long it takes.
public struct MediaPolicy: Sendable, Hashable {
    /// Hosts whose URLs in answers are fetched, beside the provider's own: `img.example.com`. Only by https,
    /// on its own port.
    public var hosts: [String] = []
    /// The largest image that is fetched: 64 MiB by default.
    public var maximumBytes = 64 << 20
    /// How long all images of one answer may take together: 20 seconds by default. The caller waits for
    /// them.
    public var fetchLimit: Duration = .seconds(20)
    /// For how long after it was stored a URL of the provider certainly works, so that a caller may have it
    /// where there is no URL of one's own; nil, the default, if that is not known. OpenAI's live for an hour.
    public var providerURLLifetime: Duration?

    public init() {}
}
