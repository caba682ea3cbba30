internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightMiddleware
internal import PennyweightTime

/// A stored answer as one line of JSON with everything that it has, and back. Members without a value are
/// left out. Bytes that are no text are hexadecimal; money is in picodollars, time in nanoseconds since 1970.
/// Of an entry that was sealed the line has the answer in plain, and says that its key is a blinded one.
enum EntryLine {
    static func text(_ entry: CacheEntry, for key: CacheKey) -> String {
        let body = String(validating: entry.body, as: UTF8.self)
        let value = object([
            ("id", .text(entry.id.description)), ("key", .text(key.description)),
            ("sealed", key.secret == nil ? nil : .bool(true)),
            ("canonical_digest", .text(Hexadecimal.text(entry.canonicalDigest))),
            ("account", .text(entry.account)), ("namespace", .text(entry.namespace)),
            ("route", .text(entry.route)), ("model", .text(entry.model)),
            ("executed_model", entry.executedModel.map { .text($0) }), ("provider", .text(entry.provider)),
            ("status", .integer(entry.status)), ("content_type", .text(entry.contentType)),
            ("stored_at", .integer(entry.storedAt.nanoseconds)),
            ("expires_at", .integer(entry.expiresAt.nanoseconds)),
            ("usable_until", .integer(entry.usableUntil.nanoseconds)),
            ("took", entry.took.map { .integer($0.nanoseconds) }), ("tags", tags(entry.tags)),
            ("pace_hex", entry.pace.map { .text(Hexadecimal.text($0)) }), ("cost", cost(entry.cost)),
            ("usage", entry.usage.map(usage)), ("body", body.map { .text($0) }),
            ("body_hex", body == nil ? .text(Hexadecimal.text(entry.body)) : nil),
        ])
        return String(decoding: value.bytes, as: UTF8.self) + "\n"
    }

    /// The entry of a line; nil if it is none.
    static func entry(in line: [UInt8]) -> (key: CacheKey, entry: CacheEntry, isSealed: Bool)? {
        guard let root = (try? JSONDocument(line))?.root,
            let key = root["key"]?.string.flatMap({ CacheKey($0) }),
            let id = root["id"]?.string.flatMap({ SortableID($0) }),
            let digest = root["canonical_digest"]?.string.flatMap(Hexadecimal.bytes),
            let account = root["account"]?.string, let namespace = root["namespace"]?.string,
            let route = root["route"]?.string, let model = root["model"]?.string,
            let provider = root["provider"]?.string, let status = root["status"]?.integer,
            let contentType = root["content_type"]?.string, let storedAt = time(root["stored_at"]),
            let expiresAt = time(root["expires_at"]), let body = body(of: root),
            let cost = root["cost"].flatMap(cost)
        else { return nil }
        var entry = CacheEntry(
            id: id, canonicalDigest: digest, account: account, namespace: namespace, route: route,
            model: model, executedModel: root["executed_model"]?.string, provider: provider,
            status: Int(status), contentType: contentType, body: body, usage: nil, cost: cost,
            storedAt: storedAt, expiresAt: expiresAt, usableUntil: time(root["usable_until"]),
            took: root["took"]?.integer.map { .nanoseconds($0) })
        for tag in root["tags"]?.members ?? [] {
            guard let name = tag.name.string, let value = tag.value.string else { return nil }
            entry.tags[name] = value
        }
        entry.pace = root["pace_hex"]?.string.flatMap(Hexadecimal.bytes)
        if let node = root["usage"] {
            guard let usage = usage(node) else { return nil }
            entry.usage = usage
        }
        return (key, entry, root["sealed"]?.bool == true)
    }

    private static func body(of root: JSONNode) -> [UInt8]? {
        root["body"]?.text?.utf8 ?? root["body_hex"]?.string.flatMap(Hexadecimal.bytes)
    }

    private static func time(_ node: JSONNode?) -> Timestamp? {
        node?.integer.map { Timestamp(nanoseconds: $0) }
    }

    private static func tags(_ tags: [String: String]) -> JSONValue? {
        if tags.isEmpty { return nil }
        return .object(tags.sorted { $0.key < $1.key }.map { .init(JSONText($0.key), .text($0.value)) })
    }

    fileprivate static func object(_ members: [(String, JSONValue?)]) -> JSONValue {
        .object(members.compactMap { name, value in value.map { .init(JSONText(name), $0) } })
    }
}

/// Cost and usage.
extension EntryLine {
    private static func cost(_ cost: Cost) -> JSONValue {
        var (lower, upper) = (cost.exactAmount, cost.exactAmount)
        if case .estimated(let least, let most, _) = cost { (lower, upper) = (least, most) }
        return object([
            ("status", .text(cost.status)), ("lower_picos", lower.map { .integer($0.picos) }),
            ("upper_picos", upper.map { .integer($0.picos) }), ("reason", cost.reason.map { .text($0) }),
        ])
    }

    private static func cost(_ node: JSONNode) -> Cost? {
        let lower = node["lower_picos"]?.integer.map { Money(picos: $0) }
        let upper = node["upper_picos"]?.integer.map { Money(picos: $0) }
        let reason = node["reason"]?.string ?? ""
        switch (node["status"]?.string, lower, upper) {
        case ("exact", let lower?, _): return .exact(lower)
        case ("estimated", let lower?, let upper?):
            return .estimated(lower: lower, upper: upper, reason: reason)
        case ("unknown", _, _): return .unknown(reason: reason)
        default: return nil
        }
    }

    private static func usage(_ usage: Usage) -> JSONValue {
        let tokens = usage.tokens.map { tokens in
            object(
                ExportJSON.tokenFields.map { ($0.name, tokens[keyPath: $0.path].map { .integer($0) }) })
        }
        let meters = usage.meters.map { meter in
            object([
                ("unit", .text(meter.unit.rawValue)), ("variant", meter.variant.map { .text($0) }),
                ("count", .integer(meter.count)),
            ])
        }
        return object([
            ("tokens", tokens), ("meters", meters.isEmpty ? nil : .array(meters)),
            ("service_tier", usage.serviceTier.map { .text($0) }),
            ("raw_hex", usage.raw.map { .text(Hexadecimal.text($0)) }),
        ])
    }

    private static func usage(_ node: JSONNode) -> Usage? {
        var tokens: TokenUsage?
        if let counts = node["tokens"] {
            var read = TokenUsage()
            for field in ExportJSON.tokenFields { read[keyPath: field.path] = counts[field.name]?.integer }
            tokens = read
        }
        var meters: [Usage.Meter] = []
        for meter in node["meters"]?.elements ?? [] {
            guard let unit = meter["unit"]?.string.flatMap(Unit.init(rawValue:)),
                let count = meter["count"]?.integer
            else { return nil }
            meters.append(Usage.Meter(unit, variant: meter["variant"]?.string, count: count))
        }
        return Usage(
            tokens: tokens, meters: meters, serviceTier: node["service_tier"]?.string,
            raw: node["raw_hex"]?.string.flatMap(Hexadecimal.bytes))
    }
}

/// Bytes as lower-case hexadecimal digits, and back.
enum Hexadecimal {
    static func text(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] }, as: UTF8.self)
    }

    static func bytes(_ text: String) -> [UInt8]? {
        let digits = text.utf8.map { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }
}
