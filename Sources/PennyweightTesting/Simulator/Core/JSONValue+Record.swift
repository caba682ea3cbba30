internal import PennyweightJSON

extension JSONValue {
    /// An object with these members in this order; nil leaves a member out.
    static func record(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        .object(
            members.compactMap { member in
                member.value.map { Member(JSONText(member.key), $0) }
            })
    }

    /// A text, or null.
    static func textOrNull(_ text: String?) -> JSONValue {
        text.map(JSONValue.text) ?? .null
    }
}
