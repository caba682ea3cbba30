internal import Logging
public import PennyweightLedger
public import PennyweightMiddleware
public import PennyweightOpenAI

#if canImport(FoundationEssentials)
private import FoundationEssentials
#else
private import Foundation
#endif

/// What a client is opened with.
public struct Settings: Sendable {
    /// The base URL of the provider, with its version: `https://api.openai.com/v1`.
    public var baseURL = "https://api.openai.com/v1"
    /// The provider's key; nil for a server that wants none.
    public var key: Secret?
    /// The provider's name in the ledger and in the price book.
    public var provider = "openai"
    /// What models cost; nil for the shipped prices. Lay your own over those:
    /// `try PriceBook.shipped().overlaid(by: PriceOverlay(json: bytes))`.
    public var prices: PriceBook?
    /// Where `ledger.sqlite` and `cache.sqlite` are; created with mode 0700.
    public var directory = "./pennyweight-data"
    /// False for a client that pays for every call.
    public var hasCache = true
    /// The most bytes of `cache.sqlite`.
    public var cacheLimitBytes: Int64 = 1 << 30
    /// The most bytes of answers that are kept in memory.
    public var memoryLimitBytes = 32 << 20
    /// With what the answers in `cache.sqlite` are sealed; the same as `policies.cache.encryption`. With
    /// `.credential`, put a `CacheSecret` in the context of each call: others are kept in memory only.
    public var cacheEncryption: CacheEncryption {
        get { policies.cache.encryption }
        set { policies.cache.encryption = newValue }
    }
    /// The most bytes of images that stored answers refer to, in `cache.sqlite.media`; 0 to store no answers
    /// with images.
    public var mediaLimitBytes: Int64 = 1 << 30
    /// Makes URLs for images, if the app serves them itself; nil otherwise. Callers who ask for URLs get the
    /// provider's then, for as long as these are certain to work (`policies.media.providerURLLifetime`), and
    /// a new answer after that; callers who ask for base64 are served from the store in any case.
    public var mediaLinks: (any MediaLinks)?
    /// True to look for stored answers to similar questions as well, where `policies.cache` says so
    /// (`defaults.semantic`). Each look costs a call for the vector of a text.
    public var answersSimilarQuestions = false
    /// What each stage decides by. Without `drain`, an abandoned answer is aborted and estimated.
    public var policies = StandardStages.Policies()

    /// Where events of budgets are sent, beside the log and the metric `pennyweight.budget.events`; nil for
    /// nowhere.
    public var budgetWebhook: WebhookReceiver?

    /// A receiver of webhooks, and what signs them.
    public struct WebhookReceiver: Sendable {
        public var url: WebhookURL
        public var secret: WebhookSecret

        public init(url: WebhookURL, secret: WebhookSecret) {
            self.url = url
            self.secret = secret
        }
    }

    /// What spending is held against; the same as `policies.metering.budgets`. Opening throws if one of them
    /// can't be used.
    public var budgets: [Budget] {
        get { policies.metering.budgets }
        set { policies.metering.budgets = newValue }
    }

    /// The defaults: OpenAI, no key, quiet (what goes well is logged at level `debug`).
    public init() {
        policies.observe.usualLevel = .debug
    }

    /// The defaults, with `OPENAI_API_KEY` and `OPENAI_BASE_URL` where the environment has them.
    public static func fromEnvironment() -> Settings {
        let environment = ProcessInfo.processInfo.environment
        var settings = Settings()
        if let url = environment["OPENAI_BASE_URL"], !url.isEmpty { settings.baseURL = url }
        settings.key = environment["OPENAI_API_KEY"].flatMap { try? Secret($0) }
        return settings
    }
}
