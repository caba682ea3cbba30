public import HTTPTypes
internal import PennyweightPipeline
private import PennyweightTime

extension CacheWishes {
    /// Reads the header fields of a request, `Cache-Control` among them.
    ///
    /// Throws a `Failure` `invalidRequest` that names the field and what it can be, if one can't be read:
    /// what the caller meant might have kept it from paying.
    public init(_ fields: HTTPFields) throws {
        directives = CacheDirectives(fields[.cacheControl])
        let names = fields.map(\.name).filter(ReplayField.isOne)
        guard !names.isEmpty else { return }
        for name in names where CacheWishes.field(of: name.canonicalName) == nil {
            let known = ReplayField.allCases.map(\.rawValue).joined(separator: ", ")
            let shown = String(name.canonicalName.prefix(100))
            throw CacheWishes.problem("There is no header \(shown); there are: \(known).", with: shown)
        }
        let given = { (field: ReplayField) in CacheWishes.value(of: field, in: fields) }
        mode = try given(.mode).map(CacheWishes.mode)
        match = try CacheWishes.match(
            given(.match), members: given(.members), recording: given(.recording))
        pace = try given(.pace).map(CacheWishes.pace)
        usesSimilar = CacheWishes.usesSimilar(given(.match))
        similarity = try given(.similarity).map(CacheWishes.similarity)
        namespace = try given(.namespace).map {
            try CacheWishes.namespace(
                $0, in: ReplayField.namespace.rawValue, param: ReplayField.namespace.rawValue)
        }
        tags = try given(.tags).map(CacheWishes.tags) ?? [:]
        timeToLive = try given(.timeToLive).map(CacheWishes.timeToLive)
    }

    /// A name that was checked.
    static func namespace(_ text: String, in place: String, param: String) throws -> String {
        guard CachePlan.isNamespace(text) else {
            throw problem(
                "The \(place) must be 1 to 128 bytes without '/' and control characters.", with: param)
        }
        return text
    }

    /// `param` is the header field, or the member of the body.
    static func problem(_ message: String, with param: String) -> Failure {
        Failure(.invalidRequest, message, wasNeverSent: true, param: param)
    }

    private static func field(of name: String) -> ReplayField? {
        ReplayField(rawValue: name) ?? ReplayField.allCases.first { $0.alias == name }
    }

    /// A field's value; nil without one, or if it is blank.
    private static func value(of field: ReplayField, in fields: HTTPFields) -> String? {
        let names = [field.rawValue, field.alias].compactMap { $0.flatMap { HTTPField.Name($0) } }
        guard let text = names.lazy.compactMap({ fields[$0] }).first else { return nil }
        let trimmed = trimmed(text[...])
        return trimmed.isEmpty ? nil : trimmed
    }

    private static func mode(_ text: String) throws -> ReplayMode {
        guard let mode = ReplayMode(rawValue: text.lowercased()) else {
            throw unknown(text, in: .mode, choices: ReplayMode.allCases.map(\.rawValue))
        }
        return mode
    }

    private static func pace(_ text: String) throws -> ReplayPace {
        guard let pace = ReplayPace(rawValue: text.lowercased()) else {
            throw unknown(text, in: .pace, choices: ReplayPace.allCases.map(\.rawValue))
        }
        return pace
    }

    /// The match that three fields say together.
    private static func match(
        _ kind: String?, members: String?, recording: String?
    ) throws -> ReplayMatch? {
        let kind = kind?.lowercased() ?? (members != nil ? "specific" : recording != nil ? "pinned" : nil)
        if members != nil, kind != "specific" { throw misplaced(.members, "specific") }
        if recording != nil, kind != "pinned" { throw misplaced(.recording, "pinned") }
        switch kind {
        case nil: return nil
        case "standard", "semantic": return .standard
        case "strict": return .strict
        case "specific":
            let names = (members ?? "").split(separator: ",").map(trimmed).filter { !$0.isEmpty }
            guard !names.isEmpty else { throw missing(.members, "specific", "model,messages") }
            return .fields(Set(names))
        case "pinned":
            guard let recording else { throw missing(.recording, "pinned", "rec_…") }
            let id = recording.hasPrefix("rec_") ? String(recording.dropFirst(4)) : recording
            guard let id = SortableID(id) else {
                throw problem(
                    "The header \(ReplayField.recording.rawValue) must be 'rec_' and the id of a stored "
                        + "answer, as the header x-pennyweight-recording of its answer says it.",
                    with: ReplayField.recording.rawValue)
            }
            return .pinned(id)
        case .some(let other):
            throw unknown(
                other, in: .match, choices: ["standard", "semantic", "strict", "specific", "pinned"])
        }
    }

    private static func tags(_ text: String) throws -> [String: String] {
        var tags: [String: String] = [:]
        for pair in text.split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
                trimmed)
            let isUsable =
                parts.count == 2
                && parts.allSatisfy {
                    (1...128).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x20...0x7E).contains($0) }
                }
            guard isUsable, tags.updateValue(parts[1], forKey: parts[0]) == nil else {
                throw problem(
                    "The header \(ReplayField.tags.rawValue) must read 'suite=login,run=7': each name once, "
                        + "names and values of 1 to 128 printable characters.",
                    with: ReplayField.tags.rawValue)
            }
        }
        guard tags.count <= 16 else {
            throw problem(
                "The header \(ReplayField.tags.rawValue) has more than 16 tags.",
                with: ReplayField.tags.rawValue)
        }
        return tags
    }

    private static func timeToLive(_ text: String) throws -> Duration {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int64(text),
            seconds <= Int64(Int32.max)
        else {
            throw problem(
                "The header \(ReplayField.timeToLive.rawValue) must be whole seconds, like 600.",
                with: ReplayField.timeToLive.rawValue)
        }
        return .seconds(seconds)
    }

    private static func unknown(_ text: String, in field: ReplayField, choices: [String]) -> Failure {
        problem(
            "The header \(field.rawValue) can't be '\(text.prefix(100))'; give one of "
                + "\(choices.joined(separator: ", ")).", with: field.rawValue)
    }

    private static func missing(_ field: ReplayField, _ match: String, _ example: String) -> Failure {
        problem(
            "'\(ReplayField.match.rawValue): \(match)' needs the header \(field.rawValue), "
                + "like '\(example)'.",
            with: field.rawValue)
    }

    private static func misplaced(_ field: ReplayField, _ match: String) -> Failure {
        problem(
            "The header \(field.rawValue) goes with '\(ReplayField.match.rawValue): \(match)' only.",
            with: field.rawValue)
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }
}
