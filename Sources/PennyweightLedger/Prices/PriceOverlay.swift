private import Crypto
internal import PennyweightJSON
internal import PennyweightTime

/// Prices of one's own: what is laid over the shipped book.
///
/// A file of the schema `pennyweight-price-overlay/1`:
///
/// ```json
/// {
///   "schema": "pennyweight-price-overlay/1",
///   "name": "acme",
///   "discounts": [{"provider": "openai", "pays": "85/100", "effective_from": "2026-01-01"}],
///   "models": [
///     {"id": "in-house-7b", "provider": "openai", "mode": "chat", "prices": [
///       {"effective_from": "2026-01-01", "rates": {"input_token": "0.05", "output_token": "0.1"}}]}
///   ]
/// }
/// ```
///
/// `models` has the form of a price book's, and `source` and `retrieved` may be left out. A model's own price
/// takes the place of what the book lists from its first day on; discounts don't touch it. Aliases and limits
/// that it leaves out are the book's.
public struct PriceOverlay: Sendable {
    static let schema = "pennyweight-price-overlay/1"

    /// What its author calls it: letters, digits, `.`, `_` and `-`.
    public let name: String
    /// The name and the first 16 digits of the SHA-256 of the file: two different files never share it.
    public let version: String
    /// What part of list prices is paid.
    public let discounts: [Discount]
    /// Models with prices of their own.
    public let models: [PricedModel]
    /// Where each model stands in the file, by provider and id.
    let lines: [String: Int]

    /// Reads an overlay file. Throws a ``PriceBookError`` with the line, the model and the field, and what to
    /// do.
    public init(json: [UInt8]) throws(PriceBookError) {
        let root = try PriceFileObject.root(of: json, schema: Self.schema)
        try root.allow(["schema", "name", "discounts", "models"])
        let name = try root.text("name")
        guard name.utf8.count <= 64, name.utf8.allSatisfy(PriceOverlay.isNameByte) else {
            throw root.fail("name", "give at most 64 letters, digits, '.', '_' or '-'")
        }
        let version = "\(name)-\(PriceOverlay.digest(of: json))"
        let nodes = root["models"] == nil ? [] : try root.elements("models")
        self.name = name
        self.version = version
        models = try ModelReader(version: version, source: "overlay \(name)").models(nodes)
        var lines: [String: Int] = [:]
        var (line, position) = (1, 0)
        for (model, node) in zip(models, nodes) {
            line += json[position..<node.range.lowerBound].count { $0 == UInt8(ascii: "\n") }
            position = node.range.lowerBound
            lines["\(model.provider)/\(model.id)"] = line
        }
        self.lines = lines
        discounts = try PriceOverlay.discounts(of: root)
    }

    /// The first 16 hexadecimal digits of the SHA-256 of a file.
    private static func digest(of bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func discounts(of root: PriceFileObject) throws(PriceBookError) -> [Discount] {
        guard root["discounts"] != nil else { return [] }
        var discounts: [Discount] = []
        for node in try root.elements("discounts") {
            let unnamed = try PriceFileObject(node, model: nil, field: "discounts")
            let model = unnamed["model"] == nil ? nil : try unnamed.text("model")
            let object = try PriceFileObject(node, model: model, field: "discounts")
            try object.allow(["provider", "model", "pays", "effective_from"])
            let text = try object.text("pays")
            guard let pays = Ratio(text) else {
                throw object.fail(
                    "pays", "'\(text)' is no part of a price; write what is paid, like \"85/100\"")
            }
            let discount = Discount(
                provider: object["provider"] == nil ? nil : try object.text("provider"), model: model,
                pays: pays,
                effectiveFrom: object["effective_from"] == nil ? nil : try object.day("effective_from"),
                line: object.line)
            guard !discounts.contains(where: discount.contradicts) else {
                throw object.fail(nil, "a discount for the same, from the same day, stands above; keep one")
            }
            discounts.append(discount)
        }
        return discounts
    }
}
