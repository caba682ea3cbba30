internal import HTTPTypes
internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightMiddleware
internal import PennyweightOpenAI
internal import PennyweightTime

/// A request to the native API, by a caller who may use its route.
struct NativeRequest: Sendable {
    let route: NativeRoute
    /// The request target as it came: pages link to others with the same base.
    let target: String
    let query: QueryItems
    let caller: Caller
    /// The account that is asked about, with all below it; empty for all.
    let account: String
    let body: [UInt8]
    /// What the caller's stored answers are sealed with; nil if they are not by its credential.
    let cacheSecret: CacheSecret?

    init(
        _ route: NativeRoute, target: String, caller: Caller, account: String, body: [UInt8] = [],
        cacheSecret: CacheSecret? = nil
    ) {
        self.cacheSecret = cacheSecret
        self.route = route
        self.target = target
        query = QueryItems(target: target)
        self.caller = caller
        self.account = account
        self.body = body
    }

    /// What `limit` says: 20 unless given.
    func limit() throws -> Int {
        guard let text = query["limit"] else { return 20 }
        guard let limit = Int(text), (1...100).contains(limit) else {
            throw Refusal.wrong("limit", "'limit' must be a whole number from 1 to 100.")
        }
        return limit
    }

    /// The cursors of a page, of which one at most may be given.
    func cursors() throws -> (after: String?, before: String?) {
        let (after, before) = (query["starting_after"], query["ending_before"])
        if after != nil, before != nil {
            throw Refusal.wrong("ending_before", "Give 'starting_after' or 'ending_before', not both.")
        }
        return (after, before)
    }

    /// A point in time; nil if it isn't given.
    func time(_ name: String) throws -> Timestamp? {
        guard let text = query[name] else { return nil }
        guard let time = Timestamp(reading: text) else {
            throw Refusal.wrong(name, "'\(name)' must read like 2026-11-22 or 2026-11-22T14:11:00Z.")
        }
        return time
    }

    /// One of the values of a type; nil if it isn't given.
    func choice<Value: RawRepresentable & CaseIterable>(_ name: String) throws -> Value?
    where Value.RawValue == String {
        guard let text = query[name] else { return nil }
        guard let value = Value(rawValue: text) else {
            throw NativeRequest.noChoice(name, of: Value.allCases.map(\.rawValue))
        }
        return value
    }

    static func noChoice(_ name: String, of values: [String]) -> Refusal {
        .wrong(name, "'\(name)' must be one of \(values.joined(separator: ", ")).")
    }
}

/// An answer of the native API.
struct NativeAnswer: Sendable {
    var status = HTTPResponse.Status.ok
    var value: JSONValue
}
