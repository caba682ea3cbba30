internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightMiddleware
internal import PennyweightOpenAI
internal import PennyweightTime

extension NativeAPI {
    /// Stored answers of the caller's account, in the order of their ids: the oldest first. Who sees all
    /// sees the store's tiers as well.
    func cache(_ request: NativeRequest) async throws -> JSONValue {
        let store = try store()
        let selection = try NativeAPI.selection(request, besides: ["limit", "starting_after"])
        var after: SortableID?
        if let text = request.query["starting_after"] {
            guard let id = SortableID(text) else {
                throw Refusal.wrong("starting_after", "'starting_after' must be the id of an entry.")
            }
            after = id
        }
        let page = try await store.entries(selection, after: after, limit: try request.limit())
        let now = time.now()
        var members: [JSONValue.Member] = [
            .init("object", .text("list")),
            .init("data", .array(page.entries.map { CacheObject.json($0, at: now) })),
            .init("has_more", .bool(page.next != nil)),
            .init("next_page_url", .of(page.next.map { NativeAPI.url(after: $0, request) })),
            .init("previous_page_url", .null),
        ]
        if request.account.isEmpty {
            var tiers = try await store.statistics().tiers
            if let media = stores.media { tiers.append(try await media.store.statistics()) }
            members.append(.init("tiers", .array(tiers.map { CacheObject.json($0) })))
        }
        return .object(members)
    }

    /// One stored answer by its id or its key, with the answer itself in `answer`: null for one that is
    /// sealed with another's credential.
    func cacheEntry(_ text: String, _ request: NativeRequest) async throws -> JSONValue {
        let store = try store()
        var selection = CacheSelection()
        selection.account = request.account
        selection.id = SortableID(text)
        selection.key = CacheKey(text)
        let absent = Refusal.absent("There is no stored answer '\(text.prefix(64))'.")
        guard selection.id != nil || selection.key != nil,
            let summary = try await store.entries(selection, after: nil, limit: 1).entries.first
        else { throw absent }
        var object = CacheObject.json(summary, at: time.now())
        let secret = summary.isSealed ? request.cacheSecret : nil
        let entry = try await store.entry(named: summary.id, sealedWith: secret)
        // Removed between the two reads: gone is gone.
        if entry == nil, !summary.isSealed { throw absent }
        let document = entry.flatMap { try? JSONDocument($0.body) }
        object["answer"] = document.map { JSONValue($0.root) } ?? .null
        return object
    }

    /// Removes what the query selects of the caller's account, at once, from every tier and process.
    func purgeCache(_ request: NativeRequest) async throws -> JSONValue {
        let store = try store()
        let selection = try NativeAPI.selection(request)
        let removed = try await store.remove(selection)
        // Nothing refers to an image any more.
        if selection.isEverything { try await stores.media?.store.removeAll() }
        return .object([.init("object", .text("cache_purge")), .init("removed", .integer(removed))])
    }

    private func store() throws -> any CacheStore {
        guard let cache = stores.cache else { throw Refusal.absent("This gateway keeps no answers.") }
        return cache
    }

    private static func url(after id: SortableID, _ request: NativeRequest) -> String {
        let path = request.target.prefix { $0 != "?" }
        let query = request.query.replacing(["starting_after"], with: "starting_after", id.description)
        return "\(path)?\(query.text)"
    }

    private static let conditions: Set<String> = [
        "key", "id", "namespace", "endpoint", "model", "provider", "tag", "stored_before", "expired_before",
    ]

    /// What the query selects. A name that isn't known is refused: it would select more than was meant.
    private static func selection(
        _ request: NativeRequest, besides others: Set<String> = []
    ) throws -> CacheSelection {
        let known = conditions.union(others)
        for item in request.query.items where !known.contains(item.name) {
            throw Refusal.wrong(
                String(item.name.prefix(100)),
                "There is no parameter '\(item.name.prefix(100))'; there are "
                    + "\(known.sorted().joined(separator: ", ")). The account is that of the key.")
        }
        // What is empty would select everything, but for the usual namespace, whose name is empty.
        for item in request.query.items where item.value.isEmpty && item.name != "namespace" {
            throw Refusal.wrong(item.name, "'\(item.name)' needs a value.")
        }
        var selection = CacheSelection()
        selection.account = request.account.isEmpty ? nil : request.account
        selection.key = try request.value("key", "64 hexadecimal digits") { CacheKey($0) }
        selection.id = try request.value("id", "the id of an entry") { SortableID($0) }
        selection.namespace = request.query.items.last { $0.name == "namespace" }?.value
        selection.route = request.query["endpoint"]
        selection.model = request.query["model"].map { ModelPattern($0) }
        selection.provider = request.query["provider"]
        selection.tag = try request.value("tag", "name=value") { CacheSelection.Tag(reading: $0) }
        selection.storedBefore = try request.time("stored_before")
        selection.expiredBefore = try request.time("expired_before")
        return selection
    }
}

extension NativeRequest {
    /// A parameter that has to be readable; nil if it isn't given.
    fileprivate func value<Value>(
        _ name: String, _ form: String, _ read: (String) -> Value?
    ) throws -> Value? {
        guard let text = query[name] else { return nil }
        guard let value = read(text) else { throw Refusal.wrong(name, "'\(name)' must be \(form).") }
        return value
    }
}
