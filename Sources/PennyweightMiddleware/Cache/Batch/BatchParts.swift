internal import PennyweightPipeline

/// The single questions of a request that asks several at once, as the cache looks them up.
struct BatchParts: Sendable {
    let batch: any AnswerBatch
    let whole: Cache.Inquiry
    let inquiries: [Cache.Inquiry]

    /// The first place of each different question among these places: what is asked twice is sent once.
    func distinct(_ places: [Int]) -> [Int] {
        var seen: Set<CacheKey> = []
        return places.filter { seen.insert(inquiries[$0].key).inserted }
    }
}

/// How many of a request's questions were answered from the store; nil for a request that asks one.
enum BatchFact: FactKey {
    struct Stored: Sendable, Hashable {
        let found: Int
        let count: Int
    }

    static var defaultValue: Stored? { nil }
}
