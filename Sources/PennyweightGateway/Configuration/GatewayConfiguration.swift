public import Logging
public import PennyweightLedger
public import PennyweightMiddleware
public import PennyweightOpenAI

/// Everything that the gateway can be told, validated: a value of this type is consistent.
///
/// `GatewayConfiguration.read(file:environment:overrides:)` makes one of a file, the environment and flags;
/// ``init(upstream:)`` makes one in code, with the defaults.
public struct GatewayConfiguration: Sendable {
    /// The address that is listened on. Only loopback, until callers must show a key.
    public var host = "127.0.0.1"
    /// Where ``host`` comes from, for messages: "Key 'host'", "Environment variable PENNYWEIGHT_HOST".
    public var hostPlace = "Key 'host'"
    /// What manages keys over HTTP; nil for the command line only.
    public var adminKey: Secret?
    /// True if callers must show a key even while none exists.
    public var requiresKeys = false
    /// The port that is listened on; 0 for any that is free.
    public var port = 8080
    /// The directory of `ledger.sqlite` and `cache.sqlite`.
    public var dataDirectory = "./pennyweight-data"
    public var logLevel = Logger.Level.info
    /// True if the simulated provider answers, so that nothing is asked for and nothing is paid.
    public var isSimulated = false
    public var upstream: Upstream
    public var limits = Limits()
    public var timeouts = Timeouts()
    public var cache = Cache()
    public var media = Media()
    public var semantic = Semantic()
    /// How often one call goes upstream at most; 1 for no second attempt.
    public var attempts = 3
    /// How many requests a minute go upstream at most; nil for no limit.
    public var requestsPerMinute: Int?
    public var drain = Drain()
    /// What all calls together may cost: the short form of one hard budget named `budget`; nil for no limit.
    public var budget: Money?
    /// What spending is held against, beside ``budget``.
    public var budgets: [Budget] = []
    /// Where events of budgets are sent; nil for nowhere.
    public var webhook: WebhookReceiver?
    /// The overlay file with prices of one's own (`PriceOverlay`); nil for the shipped prices alone.
    public var pricesFile: String?
    public var unpriced = Unpriced()

    /// The defaults, in front of one provider.
    public init(upstream: Upstream) {
        self.upstream = upstream
    }

    /// All budgets that hold: ``budget`` in its long form, and ``budgets``.
    public var allBudgets: [Budget] {
        (budget.map { [Budget(name: "budget", limit: $0)] } ?? []) + budgets
    }

    /// Where webhooks go, and what signs them.
    public struct WebhookReceiver: Sendable {
        public var url: WebhookURL
        public var secret: WebhookSecret

        public init(url: WebhookURL, secret: WebhookSecret) {
            self.url = url
            self.secret = secret
        }
    }

    /// The provider that calls go to.
    public struct Upstream: Sendable {
        /// OpenAI's API, which is taken if no base URL is given.
        public static let defaultBaseURL = "https://api.openai.com/v1"
        /// The provider's name in the ledger and in `x-pennyweight-provider`; it chooses the prices.
        public var provider: String
        /// What every route is below.
        public var baseURL: BaseURL
        /// The key that the provider is shown; nil for one that asks for none.
        public var key: Secret?
        /// Where the provider runs the calls (`eu`, `us-east-1`), for prices that differ by region; nil for
        /// its default.
        public var region: String?
        /// How the provider counts tokens; nil to go by its name.
        public var usageConvention: UsageConvention?
        /// What proves that the provider's streams are whole.
        public var completeness = CompletenessRule.done

        public init(
            provider: String = "openai", baseURL: BaseURL, key: Secret? = nil, region: String? = nil,
            usageConvention: UsageConvention? = nil
        ) {
            self.provider = provider
            self.baseURL = baseURL
            self.key = key
            self.region = region
            self.usageConvention = usageConvention
        }
    }

    /// What may be held in memory for one call.
    public struct Limits: Sendable {
        /// The largest request body that is accepted, in bytes.
        public var requestBytes = 64 << 20
        /// The largest answer that is passed on in one piece, and the largest event of a stream, in bytes.
        public var answerBytes = 64 << 20

        public init() {}
    }

    /// How long things may take.
    public struct Timeouts: Sendable {
        /// One call, from its head to the end of its answer.
        public var call = Duration.seconds(600)
        /// The silence of the provider, before its head and between two chunks.
        public var silence = Duration.seconds(600)
        /// A connection without a request.
        public var connection = Duration.seconds(75)
        /// What still runs when the process is asked to stop.
        public var shutdown = Duration.seconds(30)

        public init() {}
    }

    /// Where answers are kept, for how long, and which.
    public struct Cache: Sendable {
        public var isEnabled = true
        /// What is done with which calls.
        public var policy = CachePolicy()
        public var memoryBytes = 64 << 20
        public var diskBytes = 1 << 30
        /// True if processes that share the file share upstream calls, too.
        public var sharesFlights = false

        public init() {}
    }

    /// Where the images of answers are kept, and how callers get at them.
    public struct Media: Sendable {
        /// The most bytes that are kept; 0 for none: answers with images aren't stored then.
        public var bytes = 1 << 30
        /// What is fetched from where.
        public var policy = MediaPolicy()
        /// How long a URL works.
        public var urlLifetime = Duration.seconds(3_600)
        /// What URLs begin with; nil for where the caller has reached the gateway.
        public var publicURL: BaseURL?

        public init() {}
    }

    /// Answers to similar questions: off by default. Which calls take them, the cache's policy says.
    public struct Semantic: Sendable {
        public var isEnabled = false
        public var policy = SemanticPolicy()
        /// The most bytes of vectors that are kept in memory.
        public var memoryBytes = 128 << 20

        public init() {}
    }

    /// How far an answer is read on when its caller has gone, to learn what it cost.
    public struct Drain: Sendable {
        public var bytes = 256 << 10
        public var duration = Duration.seconds(30)

        public init() {}
    }

    /// What happens with models that have no price.
    public struct Unpriced: Sendable {
        /// For every account that isn't named below; nil to refuse them if the account has a budget, and to
        /// allow and flag them otherwise.
        public var policy: MeteringPolicy.Unpriced?
        /// By path; what is said of an account holds for all below it.
        public var accounts: [String: MeteringPolicy.Unpriced] = [:]

        public init() {}
    }
}
