import PennyweightMiddleware
import PennyweightTime

/// A cache as a beginner would write it: a table from all that was asked to what was said.
struct CacheModel {
    struct Stored {
        let text: String
        let at: Timestamp
    }

    static let timeToLive = Duration.seconds(600)
    private(set) var table: [Asked: Stored] = [:]

    /// What a caller gets without the upstream; nil if there is nothing for it.
    func hit(_ asked: Asked, _ directives: CacheDirectives, at now: Timestamp) -> String? {
        guard !directives.noCache, !directives.noStore, let stored = table[asked] else { return nil }
        let age = now - stored.at
        guard age < CacheModel.timeToLive else { return nil }
        if let limit = directives.maximumAge, limit == .zero || age > limit { return nil }
        return stored.text
    }

    mutating func keep(_ text: String, for asked: Asked, at now: Timestamp) {
        table[asked] = Stored(text: text, at: now)
    }

    mutating func remove(where isPicked: (Asked) -> Bool) {
        table = table.filter { !isPicked($0.key) }
    }
}
