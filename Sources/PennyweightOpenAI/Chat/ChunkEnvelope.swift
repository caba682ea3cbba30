internal import PennyweightJSON

/// What all chunks of one stream have in common.
struct ChunkEnvelope {
    private static let common: Set<JSONText> = [
        "id", "object", "created", "model", "service_tier", "system_fingerprint",
    ]

    private let members: [JSONValue.Member]
    private let usage: JSONValue?
    private let object: String

    init(completion: [JSONValue.Member], object: String) {
        self.object = object
        members = completion
        let usage = completion.first { $0.name == "usage" }?.value
        if case .object = usage { self.usage = usage } else { self.usage = nil }
    }

    func chunk(choices: [JSONValue], isFirst: Bool) -> JSONValue {
        chunk(choices: choices, usage: .null) { ChunkEnvelope.common.contains($0) || isFirst }
    }

    /// The chunk without choices; nil if there is no usage.
    var usageChunk: JSONValue? {
        usage.map { chunk(choices: [], usage: $0, keeps: ChunkEnvelope.common.contains) }
    }

    private func chunk(choices: [JSONValue], usage: JSONValue, keeps: (JSONText) -> Bool) -> JSONValue {
        .object(
            members.compactMap { member in
                switch member.name {
                case "object": .init("object", .text(object))
                case "choices": .init("choices", .array(choices))
                case "usage": self.usage == nil ? nil : .init("usage", usage)
                default: keeps(member.name) ? member : nil
                }
            })
    }
}
