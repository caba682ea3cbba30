internal import PennyweightJSON
internal import PennyweightTime

/// An object of a price file, read member by member with errors that say where.
struct PriceFileObject {
    /// The model that it belongs to, for errors.
    let model: String?
    private let node: JSONNode
    private let members: [String: JSONNode]

    init(_ node: JSONNode, model: String?, field: String?) throws(PriceBookError) {
        self.node = node
        self.model = model
        guard node.kind == .object else {
            throw PriceFileObject.error(node, model, field, "an object is expected here")
        }
        var members: [String: JSONNode] = [:]
        for (name, value) in node.members {
            let text = name.string ?? ""
            guard members.updateValue(value, forKey: text) == nil else {
                throw PriceFileObject.error(name, model, text, "it is there twice; remove one of the two")
            }
        }
        self.members = members
    }

    /// The object that a whole file is. Throws if the file is no JSON, or is not of the schema.
    static func root(of json: [UInt8], schema wanted: String) throws(PriceBookError) -> PriceFileObject {
        let document: JSONDocument
        do {
            document = try JSONDocument(json)
        } catch {
            throw PriceBookError(line: error.line, problem: "it is not JSON: \(error)")
        }
        let root = try PriceFileObject(document.root, model: nil, field: nil)
        let schema = try root.text("schema")
        guard schema == wanted else {
            throw root.fail("schema", "'\(schema)' can't be read here; '\(wanted)' is expected")
        }
        return root
    }

    subscript(field: String) -> JSONNode? { members[field] }

    /// The names of the members, sorted.
    var names: [String] { members.keys.sorted() }

    /// The line on which it begins, counted from 1.
    var line: Int { node.line }

    /// Refuses members that the schema doesn't have: a misspelt rate must not be a missing one.
    func allow(_ fields: Set<String>) throws(PriceBookError) {
        for field in members.keys.sorted() where !fields.contains(field) {
            throw fail(
                field, "the schema has no such member; it has \(fields.sorted().joined(separator: ", "))")
        }
    }

    func text(_ field: String) throws(PriceBookError) -> String {
        guard let text = try required(field).string, !text.isEmpty else {
            throw fail(field, "text is expected")
        }
        return text
    }

    /// The texts of an array; none if it is missing.
    func texts(_ field: String) throws(PriceBookError) -> [String] {
        guard members[field] != nil else { return [] }
        var texts: [String] = []
        for element in try elements(field) {
            guard let text = element.string, !text.isEmpty else {
                throw fail(field, "a list of texts is expected")
            }
            texts.append(text)
        }
        return texts
    }

    /// A whole number that is not negative; nil if it is missing.
    func count(_ field: String) throws(PriceBookError) -> Int64? {
        guard let value = members[field] else { return nil }
        guard let count = value.integer, count >= 0 else { throw fail(field, "a whole number is expected") }
        return count
    }

    func day(_ field: String) throws(PriceBookError) -> CalendarDay {
        guard let day = CalendarDay(try text(field)) else {
            throw fail(field, "a day like 2026-11-22 is expected")
        }
        return day
    }

    func elements(_ field: String) throws(PriceBookError) -> [JSONNode] {
        let value = try required(field)
        guard value.kind == .array else { throw fail(field, "an array is expected") }
        return value.elements
    }

    func object(_ field: String) throws(PriceBookError) -> PriceFileObject {
        try PriceFileObject(try required(field), model: model, field: field)
    }

    /// The tables of `service_tiers` by name; none if it is missing.
    func serviceTiers() throws(PriceBookError) -> [String: Rates] {
        guard members["service_tiers"] != nil else { return [:] }
        let tiers = try object("service_tiers")
        var tables: [String: Rates] = [:]
        for name in tiers.members.keys { tables[name] = try tiers.object(name).rates() }
        return tables
    }

    /// This object as a table of rates.
    func rates() throws(PriceBookError) -> Rates {
        var amounts: [Rates.Key: Money] = [:]
        for (name, value) in members {
            let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let unit = Unit(rawValue: String(parts[0])), parts.count == 1 || !parts[1].isEmpty else {
                throw fail(name, "it is no unit; see the units of PennyweightLedger")
            }
            guard let text = value.string else { throw fail(name, "write the amount as text, like \"0.15\"") }
            // A million tokens in picos is six decimals more than one token: the rest must be a whole number.
            let picos = DecimalText.scaled(text, decimals: unit.isToken ? 6 : 12)
            guard let picos, picos >= 0 else {
                throw fail(name, "'\(text)' is not decimal text of a whole number of pico-dollars")
            }
            let variant = parts.count == 2 ? String(parts[1]) : nil
            amounts[Rates.Key(unit, variant: variant)] = Money(picos: picos)
        }
        return Rates(amounts)
    }

    func fail(_ field: String?, _ problem: String) -> PriceBookError {
        PriceFileObject.error(field.flatMap { members[$0] } ?? node, model, field, problem)
    }

    private func required(_ field: String) throws(PriceBookError) -> JSONNode {
        guard let value = members[field] else { throw fail(field, "it is missing; add it") }
        return value
    }

    private static func error(
        _ node: JSONNode, _ model: String?, _ field: String?, _ problem: String
    ) -> PriceBookError {
        PriceBookError(line: node.line, model: model, field: field, problem: problem)
    }
}
