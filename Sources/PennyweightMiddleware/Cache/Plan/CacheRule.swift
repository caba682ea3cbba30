private import PennyweightLedger

/// What the cache does with some calls: a condition, and the settings for those that meet it.
public struct CacheRule: Sendable, Hashable {
    public var condition: Condition
    public var settings: CacheSettings

    public init(_ condition: Condition, _ settings: CacheSettings) {
        self.condition = condition
        self.settings = settings
    }

    /// Which calls a rule is for: those that meet everything that is not nil.
    public struct Condition: Sendable, Hashable {
        /// The route below the base URL: `/chat/completions`.
        public var route: String?
        /// The model that is asked for, with `*` for any text.
        public var model: ModelPattern?
        /// The account's path; accounts below it meet it too.
        public var account: String?
        /// The name and value of one of the call's tags.
        public var tag: Tag?

        public init() {}
    }

    /// A label of a call.
    public struct Tag: Sendable, Hashable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What of a call conditions are about.
    public struct Subject: Sendable, Hashable {
        public var route: String
        /// Nil if it is not known.
        public var model: String?
        public var account: String
        public var tags: [String: String]

        public init(route: String, model: String?, account: String, tags: [String: String] = [:]) {
            self.route = route
            self.model = model
            self.account = account
            self.tags = tags
        }
    }

    /// True if the rule is for this call.
    public func isFor(_ subject: Subject) -> Bool {
        if let route = condition.route, route != subject.route { return false }
        if let pattern = condition.model {
            guard let model = subject.model, pattern.matches(model) else { return false }
        }
        if let account = condition.account, !AccountPath.isCovered(subject.account, by: account) {
            return false
        }
        if let tag = condition.tag, subject.tags[tag.name] != tag.value { return false }
        return true
    }
}
