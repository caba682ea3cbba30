internal import PennyweightJSON
internal import PennyweightTime

/// A value that fits a JSON schema, as a model would write one: every property is filled, an enum gives one
/// of its values. Covers what tools and structured outputs use; for anything else it is a word.
struct SchemaSample {
    /// Schemas that nest deeper than this give null there.
    private static let depthLimit = 6

    private let random: any RandomSource

    init(random: any RandomSource) {
        self.random = random
    }

    func value(for schema: JSONNode?) -> JSONValue {
        value(for: schema, depth: 0)
    }

    private func value(for schema: JSONNode?, depth: Int) -> JSONValue {
        guard let schema, depth < SchemaSample.depthLimit else { return .null }
        if let fixed = schema["const"] { return JSONValue(fixed) }
        if let choices = schema["enum"]?.elements, !choices.isEmpty {
            return JSONValue(choices[Int(random.next(below: UInt64(choices.count)))])
        }
        let variants = (schema["anyOf"] ?? schema["oneOf"])?.elements ?? []
        if let first = variants.first { return value(for: first, depth: depth + 1) }
        switch schema["type"]?.string ?? schema["type"]?.elements.first?.string {
        case "object":
            let properties = schema["properties"]?.members ?? []
            return .object(
                properties.map { .init($0.name.text ?? "", value(for: $0.value, depth: depth + 1)) })
        case "array": return .array([value(for: schema["items"], depth: depth + 1)])
        case "integer": return .integer(1 + random.next(below: 99))
        case "number": return .number("\(random.next(below: 100)).5")
        case "boolean": return .bool(random.next(below: 2) == 0)
        case "null": return .null
        default: return .text(SimulatedProse(random: random).word())
        }
    }
}
