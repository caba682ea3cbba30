/// Which attempts a budget counts: those that meet every condition that is set.
public struct BudgetScope: Sendable, Hashable {
    /// What gets a counter of its own.
    public enum Division: String, Sendable, Hashable, CaseIterable {
        case account, key, user
    }

    /// This account and all below it; empty for all accounts.
    public var account: String
    /// False if the accounts below `account` are not counted. A counter of `each` account counts that one
    /// alone: what lies below has counters of its own.
    public var includesBelow = true
    /// The id of one virtual key; empty for calls without one.
    public var key: String?
    /// One end user; empty for calls that name none.
    public var user: String?
    /// The model that is asked for: its name, or the start of names before a `*`.
    public var model: String?
    /// One tag.
    public var tag: Tag?
    /// Nil for one counter; else the limit holds for each of them alone, also for those never seen before.
    public var each: Division?

    /// A tag that a call must have.
    public struct Tag: Sendable, Hashable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(
        account: String = "", key: String? = nil, user: String? = nil, model: String? = nil, tag: Tag? = nil,
        each: Division? = nil
    ) {
        self.account = account
        self.key = key
        self.user = user
        self.model = model
        self.tag = tag
        self.each = each
    }

    /// The scope with `each` resolved for one subject: what its counter counts. Nil if the subject is not in
    /// the scope.
    ///
    /// A subject without a key (or user) shares the counter of all subjects without one.
    public func counted(for subject: Subject) -> BudgetScope? {
        guard isAccount(subject.account), key == nil || key == subject.key ?? "",
            user == nil || user == subject.user ?? "", isModel(subject.model),
            tag.map({ subject.tags[$0.name] == $0.value }) ?? true
        else { return nil }
        var counted = self
        counted.each = nil
        switch each {
        case nil: break
        case .account:
            counted.account = subject.account
            counted.includesBelow = false
        case .key: counted.key = subject.key ?? ""
        case .user: counted.user = subject.user ?? ""
        }
        return counted
    }

    private func isAccount(_ asked: String) -> Bool {
        includesBelow ? AccountPath.isCovered(asked, by: account) : asked == account
    }

    private func isModel(_ asked: String) -> Bool {
        guard let model else { return true }
        return model.hasSuffix("*") ? asked.hasPrefix(model.dropLast()) : asked == model
    }

    /// What is counted, for messages: `account acme/search, user 17`.
    public var text: String {
        let below = includesBelow ? "" : " alone"
        let parts = [
            account.isEmpty ? "all accounts" : "account \(account)\(below)",
            key.map { "key \($0.isEmpty ? "(none)" : $0)" },
            user.map { "user \($0.isEmpty ? "(none)" : $0)" }, model.map { "model \($0)" },
            tag.map { "tag \($0.name)=\($0.value)" },
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }

    /// Every condition, in an order that stays; nil for one that is not set.
    var conditions: [String?] {
        [account, includesBelow ? "below" : "alone", key, user, model, tag?.name, tag?.value]
    }
}
