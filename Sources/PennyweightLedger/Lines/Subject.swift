/// Who a line is for and what was asked: the fields that reports group by and budgets watch.
public struct Subject: Sendable, Hashable {
    /// Who pays, as a path from the top: `acme`, `acme/search`. See ``AccountPath``.
    public var account: String
    /// The caller's key as a label that reveals nothing; nil if the caller sent none.
    public var key: String?
    /// The end user that the caller names; nil if it names none.
    public var user: String?
    public var tags: [String: String]
    /// The provider's name: `openai`.
    public var provider: String
    /// The model that was asked for.
    public var model: String
    /// The route below the base URL: `/chat/completions`.
    public var route: String

    public init(
        account: String, key: String? = nil, user: String? = nil, tags: [String: String] = [:],
        provider: String, model: String, route: String
    ) {
        self.account = account
        self.key = key
        self.user = user
        self.tags = tags
        self.provider = provider
        self.model = model
        self.route = route
    }
}
