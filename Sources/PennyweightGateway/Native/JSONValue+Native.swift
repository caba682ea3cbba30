internal import PennyweightJSON
internal import PennyweightTime

extension JSONValue {
    /// A string, or null.
    static func of(_ text: String?) -> JSONValue { text.map(JSONValue.text) ?? .null }

    /// A whole number, or null.
    static func of(_ number: Int64?) -> JSONValue { number.map { .integer($0) } ?? .null }

    /// An RFC 3339 text, or null.
    static func of(_ time: Timestamp?) -> JSONValue { .of(time?.text) }

    /// A list of strings.
    static func texts(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.text)) }

    /// A string for each name.
    static func texts(_ texts: [String: String]) -> JSONValue {
        .object(texts.sorted { $0.key < $1.key }.map { Member(JSONText($0.key), .text($0.value)) })
    }

    /// Milliseconds with three decimals at most, or null. No float is involved.
    static func milliseconds(_ duration: Duration?) -> JSONValue {
        guard let duration else { return .null }
        let micros = max(0, duration.nanoseconds / 1_000)
        let decimals = String(String(micros % 1_000 + 1_000).dropFirst())
        return .number(decimals == "000" ? "\(micros / 1_000)" : "\(micros / 1_000).\(decimals)")
    }
}
