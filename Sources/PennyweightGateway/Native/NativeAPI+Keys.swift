internal import HTTPTypes
internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightMiddleware
internal import PennyweightOpenAI
internal import PennyweightPipeline
internal import PennyweightTime

extension NativeAPI {
    func keys(_ request: NativeRequest) async throws -> JSONValue {
        let now = time.now()
        var query = KeyQuery(at: now)
        query.account = request.account
        query.status = try request.choice("status")
        query.limit = try request.limit()
        (query.startingAfter, query.endingBefore) = try request.cursors()
        let page = try await stores.keys.keys(query)
        let ids = page.keys.map(\.id)
        let place = PageObject.Place(
            first: ids.first, last: ids.last, edge: query.endingBefore == nil ? ids.last : ids.first,
            hasMore: page.hasMore)
        return try PageObject.json(page.keys.map { KeyObject.json($0, at: now) }, place, request)
    }

    /// The key; throws a ``Refusal`` if there is none, or it isn't the caller's to see.
    func key(_ id: String, _ request: NativeRequest) async throws -> VirtualKey {
        guard let key = try await stores.keys.key(id), AccountPath.isCovered(key.account, by: request.account)
        else { throw Refusal.absent("There is no key '\(id)'.") }
        return key
    }

    /// Makes a key, and answers with its text in `key`: the only time that it can be had.
    func createKey(_ request: NativeRequest) async throws -> NativeAnswer {
        let grant = try KeyGrant(reading: request.body)
        let issued = try grant.issue(time: time, random: random)
        try await stores.keys.add(issued.key)
        var object = KeyObject.json(issued.key, at: time.now())
        object["key"] = .text(issued.secret.reveal())
        return NativeAnswer(status: .created, value: object)
    }

    /// Revokes a key, once and for good; doing it again changes nothing.
    func revokeKey(_ id: String, _ request: NativeRequest) async throws -> JSONValue {
        _ = try await key(id, request)
        try await stores.keys.revoke(id, at: time.now())
        return KeyObject.json(try await key(id, request), at: time.now())
    }
}

extension KeyGrant {
    /// Reads `{"account", "name", "models", "routes", "expires_at"}`; throws a `RequestProblem` that names
    /// the parameter that is wrong.
    init(reading body: [UInt8]) throws {
        guard let document = try? JSONDocument(body), document.root.kind == .object else {
            throw RequestProblem("Send a JSON object: {\"account\": \"acme/search\"}.")
        }
        let known = ["account", "name", "models", "routes", "expires_at"]
        for name in document.root.members.map({ $0.name.string ?? "" }) where !known.contains(name) {
            throw RequestProblem(
                "There is no parameter '\(name.prefix(100))'; there are \(known.joined(separator: ", ")).",
                param: String(name.prefix(100)), code: "unknown_parameter")
        }
        guard let account = try KeyGrant.text("account", document.root) else {
            throw RequestProblem(
                "Missing required parameter: 'account'.", param: "account", code: "missing_required_parameter"
            )
        }
        var expiresAt: Timestamp?
        if let text = try KeyGrant.text("expires_at", document.root) {
            guard let time = Timestamp(reading: text) else {
                throw RequestProblem(
                    "'expires_at' must read like 2027-01-01 or 2027-01-01T12:00:00Z.", param: "expires_at",
                    code: "invalid_value")
            }
            expiresAt = time
        }
        self.init(
            account: account, name: try KeyGrant.text("name", document.root),
            models: try KeyGrant.texts("models", document.root),
            routes: try KeyGrant.texts("routes", document.root), expiresAt: expiresAt)
    }

    private static func text(_ name: String, _ root: JSONNode) throws -> String? {
        guard let node = root[name], !node.isNull else { return nil }
        guard let text = node.string else {
            throw RequestProblem("'\(name)' must be a string.", param: name, code: "invalid_type")
        }
        return text
    }

    private static func texts(_ name: String, _ root: JSONNode) throws -> [String] {
        guard let node = root[name], !node.isNull else { return [] }
        let texts = node.elements.compactMap(\.string)
        guard node.kind == .array, texts.count == node.elements.count, !texts.isEmpty else {
            throw RequestProblem(
                "'\(name)' must be an array of strings that isn't empty; leave it out to allow all.",
                param: name,
                code: "invalid_type")
        }
        return texts
    }
}
