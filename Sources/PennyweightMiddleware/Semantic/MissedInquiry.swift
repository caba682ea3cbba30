internal import PennyweightPipeline
public import PennyweightTime

/// What the exact cache asks the stage behind it: an inquiry that it has no answer to.
struct MissedInquiry: Sendable {
    /// What its key is made of.
    let fields: CacheKey.Fields
    let plan: CachePlan
    let question: Question
    /// False if an answer to a similar question is not wanted: there is a stale one to this very question,
    /// whose successor is to be found by its vector as well.
    let mayBeServed: Bool
}

/// Travels down from the cache; nil if no stage behind it may answer.
enum MissedInquiryKey: ContextKey {
    static var defaultValue: MissedInquiry? { nil }
}

/// What the stage ``SemanticLookup`` did; nil if it was not asked.
enum SemanticFact: FactKey {
    static var defaultValue: SemanticOutcome? { nil }
}

/// What the stage ``SemanticLookup`` did with one call.
enum SemanticOutcome: Sendable {
    case served(SemanticMatch, age: Duration, remaining: Duration)
    /// Nothing, and why.
    case missed(SemanticMiss)
}

/// Why nothing was served to a call that may be answered as similar ones were.
public enum SemanticMiss: String, Sendable, Hashable, CaseIterable {
    /// No vector could be had of the text.
    case noVector = "semantic-no-vector"
    /// The vectors can't be read.
    case storeFailed = "semantic-store-failed"
    /// Nothing that is stored is similar enough.
    case nothingSimilar = "semantic-nothing-similar"
    /// Something is, but feedback doesn't prove that serving it is right.
    case unproven = "semantic-unproven"
    /// Something is, and the provider was asked all the same to compare.
    case explored = "semantic-explored"
}

/// A stored answer to a similar question that was served.
public struct SemanticMatch: Sendable, Hashable {
    /// Names it, for feedback: the call that it answered.
    public var hit: SortableID
    /// The entry that was served.
    public var entry: SortableID
    /// The cosine of the angle between the vectors of both questions.
    public var similarity: Double

    public init(hit: SortableID, entry: SortableID, similarity: Double) {
        self.hit = hit
        self.entry = entry
        self.similarity = similarity
    }

    /// The similarity with three digits, rounded down, as a structured field takes it (RFC 9651 section
    /// 3.3.2).
    public var similarityText: String {
        let thousandths = min(max(Int(similarity * 1_000 + 1e-6), 0), 1_000)
        let digits = String(thousandths % 1_000)
        return "\(thousandths / 1_000)." + String(repeating: "0", count: 3 - digits.count) + digits
    }
}

/// What a stage behind the cache wants to be told once an answer is stored; nil for nothing.
enum StoredFact: FactKey {
    static var defaultValue: (@Sendable (CacheEntry) async -> Void)? { nil }
}
