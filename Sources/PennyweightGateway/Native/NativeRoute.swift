internal import HTTPTypes

/// What the native API can be asked, below either base URL.
enum NativeRoute: Sendable, Hashable {
    case keys, createKey
    case key(String)
    case revokeKey(String)
    case requests
    case request(String)
    case usage, balance, budgets
    case cache, purgeCache
    case cacheEntry(String)
    case cacheFeedback(String)

    /// One path, with what each method asks there. `{id}` stands for one segment.
    private struct Entry: Sendable {
        let path: String
        let methods: [HTTPRequest.Method: @Sendable (String) -> NativeRoute]
    }

    private static let table = [
        Entry(path: "/keys", methods: [.get: { _ in .keys }, .post: { _ in .createKey }]),
        Entry(path: "/keys/{id}", methods: [.get: { .key($0) }, .delete: { .revokeKey($0) }]),
        Entry(path: "/requests", methods: [.get: { _ in .requests }]),
        Entry(path: "/requests/{id}", methods: [.get: { .request($0) }]),
        Entry(path: "/usage", methods: [.get: { _ in .usage }]),
        Entry(path: "/balance", methods: [.get: { _ in .balance }]),
        Entry(path: "/cache", methods: [.get: { _ in .cache }, .delete: { _ in .purgeCache }]),
        Entry(path: "/cache/{id}", methods: [.get: { .cacheEntry($0) }]),
        Entry(path: "/cache/{id}/feedback", methods: [.post: { .cacheFeedback($0) }]),
        Entry(path: "/budgets", methods: [.get: { _ in .budgets }]),
    ]

    /// The route of a path below the base URL; nil if the native API has no such path.
    static func find(_ method: HTTPRequest.Method, _ path: String) -> Route? {
        for entry in table {
            guard let id = id(in: path, as: entry.path) else { continue }
            if let route = entry.methods[method] { return .native(route(id)) }
            return .wrongMethod(allowed: entry.methods.keys.map(\.rawValue).sorted().joined(separator: ", "))
        }
        return nil
    }

    /// True if it makes or ends keys.
    var needsAdmin: Bool {
        switch self {
        case .createKey, .revokeKey: true
        case .keys, .key, .requests, .request, .usage, .balance, .budgets: false
        // Whoever has a key sees, removes and judges what its own account has.
        case .cache, .purgeCache, .cacheEntry, .cacheFeedback: false
        }
    }

    /// What stands for `{id}` in a path, empty if the pattern has none; nil if the path doesn't fit.
    private static func id(in path: String, as pattern: String) -> String? {
        guard let mark = pattern.firstRange(of: "{id}") else { return path == pattern ? "" : nil }
        let (start, end) = (pattern[..<mark.lowerBound], pattern[mark.upperBound...])
        guard path.hasPrefix(start), path.hasSuffix(end), path.utf8.count > start.utf8.count + end.utf8.count
        else { return nil }
        let id = path.dropFirst(start.count).dropLast(end.count)
        return (1...64).contains(id.utf8.count) && !id.contains("/") ? String(id) : nil
    }
}
