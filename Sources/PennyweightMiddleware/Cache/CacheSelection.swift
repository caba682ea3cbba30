private import PennyweightLedger
public import PennyweightTime

/// Picks entries by what they say of themselves. Every condition that is set must hold; without any, all
/// entries are picked.
public struct CacheSelection: Sendable, Hashable {
    public var key: CacheKey?
    public var id: SortableID?
    /// An account, with all that lie below it.
    public var account: String?
    /// A namespace; the empty text is the usual one.
    public var namespace: String?
    public var route: String?
    /// The model that was asked for, or that ran.
    public var model: ModelPattern?
    public var provider: String?
    public var tag: Tag?
    /// Picks what was stored before this point.
    public var storedBefore: Timestamp?
    /// Picks what went stale before this point.
    public var expiredBefore: Timestamp?

    public init() {}

    /// True if nothing is asked for, so that everything is picked.
    public var isEverything: Bool { self == CacheSelection() }

    /// One label of an entry.
    public struct Tag: Sendable, Hashable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }

        /// Reads `name=value`; nil without a `=` or without a name.
        public init?(reading text: String) {
            guard let mark = text.firstIndex(of: "="), mark != text.startIndex else { return nil }
            self.init(String(text[..<mark]), String(text[text.index(after: mark)...]))
        }
    }

    /// True if an entry under a key is picked.
    public func picks(_ entry: CacheEntry, under key: CacheKey) -> Bool {
        func holds<Value: Equatable>(_ asked: Value?, _ value: Value) -> Bool {
            asked.map { $0 == value } ?? true
        }
        guard holds(self.key, key), holds(id, entry.id), holds(namespace, entry.namespace),
            holds(route, entry.route), holds(provider, entry.provider)
        else { return false }
        if let account, !AccountPath.isCovered(entry.account, by: account) { return false }
        if let model, !model.matches(entry.model), !(entry.executedModel.map(model.matches) ?? false) {
            return false
        }
        if let tag, entry.tags[tag.name] != tag.value { return false }
        if let storedBefore, entry.storedAt >= storedBefore { return false }
        if let expiredBefore, entry.expiresAt >= expiredBefore { return false }
        return true
    }
}

/// A model's name in which `*` stands for any text, also for none: `gpt-4o*`.
public struct ModelPattern: Sendable, Hashable, CustomStringConvertible {
    public let text: String

    public init(_ text: String) {
        self.text = text
    }

    public var description: String { text }

    /// True if the whole name fits. Costs at most the product of both lengths.
    public func matches(_ name: String) -> Bool {
        let (pattern, name) = (Array(text.utf8), Array(name.utf8))
        let star = UInt8(ascii: "*")
        var (place, position) = (0, 0)
        // Where to go on if what follows the latest star does not fit: it then stands for one byte more.
        var retry: (place: Int, position: Int)?
        while position < name.count {
            if place < pattern.count, pattern[place] == star {
                retry = (place, position)
                place += 1
            } else if place < pattern.count, pattern[place] == name[position] {
                place += 1
                position += 1
            } else if let last = retry {
                retry = (last.place, last.position + 1)
                (place, position) = (last.place + 1, last.position + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == star }
    }
}
