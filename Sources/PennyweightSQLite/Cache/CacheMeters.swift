private import PennyweightJSON
internal import PennyweightLedger

/// A usage's meters as JSON, `[["image","high/1024x1024",1]]`.
enum CacheMeters {
    /// The text of meters; nil for none.
    static func text(of meters: [Usage.Meter]) -> String? {
        if meters.isEmpty { return nil }
        let value = JSONValue.array(
            meters.map { meter in
                .array([
                    .text(meter.unit.rawValue), meter.variant.map(JSONValue.text) ?? .null,
                    .integer(meter.count),
                ])
            })
        return String(decoding: value.bytes, as: UTF8.self)
    }

    static func meters(in text: String?) throws -> [Usage.Meter] {
        guard let text else { return [] }
        let problem = StorageProblem(.unexpectedRow, "The meters of a cache entry can't be read.")
        guard let document = try? JSONDocument(text) else { throw problem }
        return try document.root.elements.map { element in
            let parts = element.elements
            guard parts.count == 3, let unit = parts[0].string.flatMap(Unit.init(rawValue:)),
                let count = parts[2].integer
            else { throw problem }
            return Usage.Meter(unit, variant: parts[1].string, count: count)
        }
    }
}
