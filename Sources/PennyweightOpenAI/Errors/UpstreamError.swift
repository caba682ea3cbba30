private import PennyweightJSON

/// An error answer of an upstream, in whatever shape it came.
struct UpstreamError {
    let body: [UInt8]
    let status: Int
    let contentType: String?

    /// The answer in OpenAI's shape: its own bytes if they have it already, members that are not ours
    /// included.
    var normalised: [UInt8] {
        guard let document = try? JSONDocument(body), let error = document.root["error"],
            error.kind == .object
        else { return envelope.bytes }
        if UpstreamError.isWhole(error) { return Redaction.redacted(body) }
        let names = ["message", "type", "param", "code"]
        let others = error.members.filter { member in !names.contains { $0 == member.name.string } }
        let members = envelope.members + others.map { .init($0.name.text ?? "", JSONValue($0.value)) }
        let edit = document.root.setting("error", to: .object(members))
        return Redaction.redacted(document.applying([edit]))
    }

    /// What the answer says, as far as it can be read.
    var envelope: ErrorEnvelope {
        guard let document = try? JSONDocument(body) else { return envelopeOfText }
        var root = document.root
        if root.kind == .array, let first = root.elements.first { root = first }
        if let error = root["error"], !error.isNull { return envelope(of: error) }
        if let first = root["errors"]?.elements.first { return envelope(of: first) }
        return envelope(of: root)
    }

    private static func isWhole(_ error: JSONNode) -> Bool {
        guard let message = error["message"], message.kind == .string, error["type"]?.kind == .string,
            let param = error["param"], param.isNull || param.kind == .string,
            let code = error["code"], code.isNull || code.kind == .string
        else { return false }
        return message.source.count <= ErrorEnvelope.messageLimitBytes
    }

    private func envelope(of error: JSONNode) -> ErrorEnvelope {
        let defaults = ErrorEnvelope.defaults(forStatus: status)
        let detail = error["detail"]?.elements.first
        let message =
            [error["message"], error["msg"], error["detail"], error["title"], error["error_message"]].lazy
            .compactMap { $0 }.compactMap(UpstreamError.sentence).first ?? UpstreamError.sentence(error)
        return ErrorEnvelope(
            message: message ?? silence,
            type: error["type"]?.string ?? defaults.type,
            param: UpstreamError.scalar(error["param"]) ?? UpstreamError.path(detail?["loc"]),
            code: UpstreamError.scalar(error["code"]) ?? defaults.code)
    }

    private var envelopeOfText: ErrorEnvelope {
        let defaults = ErrorEnvelope.defaults(forStatus: status)
        let text = String(decoding: body.prefix(2 * ErrorEnvelope.messageLimitBytes), as: UTF8.self)
        let trimmed = UpstreamError.trimmed(text[...])
        let start = trimmed.prefix(256).lowercased()
        let isPage =
            contentType?.lowercased().contains("html") == true || start.hasPrefix("<!doctype")
            || start.hasPrefix("<html") || start.hasPrefix("<?xml")
        let message =
            if isPage {
                "The upstream answered \(status) with a page"
                    + (UpstreamError.title(of: text).map { ": \($0)" } ?? ".")
            } else {
                trimmed.isEmpty ? silence : String(trimmed)
            }
        return ErrorEnvelope(message: message, type: defaults.type, code: defaults.code)
    }

    private var silence: String { "The upstream answered \(status) and said nothing about it." }

    /// The text of a string, the first sentence in an array, the JSON of an object; nil for what says
    /// nothing.
    private static func sentence(_ node: JSONNode) -> String? {
        switch node.kind {
        case .string:
            let text = trimmed(
                (node.string ?? String(decoding: node.source.dropFirst().dropLast(), as: UTF8.self))[...])
            return text.isEmpty ? nil : String(text)
        case .array:
            guard let first = node.elements.first else { return nil }
            return (first["msg"] ?? first["message"]).flatMap(sentence) ?? sentence(first)
        case .object: return node.members.isEmpty ? nil : String(decoding: node.source, as: UTF8.self)
        case .null: return nil
        case .bool, .number: return String(decoding: node.source, as: UTF8.self)
        }
    }

    private static func scalar(_ node: JSONNode?) -> String? {
        switch node?.kind {
        case .string: node?.string
        case .number: node.map { String(decoding: $0.source, as: UTF8.self) }
        default: nil
        }
    }

    /// `["body","messages",0]` as `messages.0`.
    private static func path(_ location: JSONNode?) -> String? {
        guard let location, location.kind == .array else { return nil }
        let steps = location.elements.compactMap(scalar).drop { $0 == "body" }
        return steps.isEmpty ? nil : steps.joined(separator: ".")
    }

    private static func title(of page: String) -> String? {
        let lower = Array(page.utf8).map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
        guard let start = position(of: "<title>", in: lower, from: 0),
            let end = position(of: "</title>", in: lower, from: start)
        else { return nil }
        let text = Array(page.utf8)[(start + 7)..<end]
        let title = trimmed(String(decoding: text, as: UTF8.self)[...])
        return title.isEmpty ? nil : String(title)
    }

    private static func position(of text: StaticString, in bytes: [UInt8], from start: Int) -> Int? {
        let wanted = Array("\(text)".utf8)
        guard bytes.count >= start + wanted.count else { return nil }
        return (start...(bytes.count - wanted.count)).first { bytes[$0...].starts(with: wanted) }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
