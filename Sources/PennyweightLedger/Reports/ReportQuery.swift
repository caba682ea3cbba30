public import PennyweightTime

/// What a report covers and how it groups.
public struct ReportQuery: Sendable, Hashable {
    /// What tells the rows of a report apart.
    public enum Grouping: String, Sendable, Hashable, CaseIterable {
        /// The model that ran, or that was asked for if none did.
        case model
        /// The UTC day, `YYYY-MM-DD`.
        case day
        /// The UTC hour, `YYYY-MM-DDTHH`.
        case hour
        case provider
        /// The caller's key; `(none)` without one.
        case key
        case account
        /// `name=value`; a call with two tags counts in both rows, one without in `(none)`. Totals count it
        /// once.
        case tag
        /// The route below the base URL.
        case endpoint
        /// How attempts ended, or where an answer without one came from (`hit`).
        case outcome
    }

    /// One or two; rows stand for what they have in common.
    public var groupings: [Grouping]
    /// Only calls from this point on, rounded down to the hour; nil for all.
    public var since: Timestamp?
    /// Only calls before this point, rounded up to the hour; nil for all.
    public var until: Timestamp?
    /// This account and those below it; empty for all.
    public var account = ""

    public init(by groupings: Grouping..., since: Timestamp? = nil, until: Timestamp? = nil) {
        self.groupings = groupings
        self.since = since
        self.until = until
    }
}
