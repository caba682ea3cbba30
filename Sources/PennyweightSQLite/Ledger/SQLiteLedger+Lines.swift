public import PennyweightLedger
public import PennyweightTime

extension SQLiteLedger {
    /// Which lines are wanted, in the order of their numbers.
    public struct LineQuery: Sendable, Hashable {
        /// Only lines with greater numbers.
        public var after: Int64 = 0
        /// Only lines up to this number; nil for all.
        public var upTo: Int64?
        /// Only attempts opened and calls answered from this moment on.
        public var since: Timestamp?
        /// Only those before this moment.
        public var until: Timestamp?
        /// This account and those below it; empty for all.
        public var account = ""

        public init() {}
    }

    /// Lines in their order: a page of them. The next page comes after the last one's number.
    ///
    /// Throws a `Failure` `storage` if they can't be read.
    public func lines(_ query: LineQuery, limit: Int) throws -> [LedgerLine] {
        try read { connection in
            try LedgerReading(connection: connection).lines(
                LedgerSchema.linesByQuery,
                [
                    .of(query.after), .of(query.upTo ?? .max), .of(query.since?.nanoseconds ?? .min),
                    .of(query.until?.nanoseconds ?? .max), .of(query.account), .of(max(0, limit)),
                ])
        }
    }

    /// The number of the last line; 0 if there is none. Lines are numbered from 1, without gaps.
    public func lastLineNumber() throws -> Int64 {
        try read { try $0.number("SELECT coalesce(max(id), 0) FROM line") }
    }
}

extension LedgerSchema {
    /// Parameters: after, up to, since, until (not included), account, limit.
    static let linesByQuery =
        lines + """
             WHERE line.id > ?1 AND line.id <= ?2 AND +line.at >= ?3 AND (+line.at < ?4 OR ?4 = \(Int64.max))
                AND (?5 = '' OR subject.account = ?5 OR substr(subject.account, 1, length(?5) + 1) = ?5 || '/')
            ORDER BY line.id LIMIT ?6
            """
}
