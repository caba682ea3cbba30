internal import PennyweightJSON
internal import PennyweightTime

/// Reads the schema `pennyweight-prices/1`, and refuses what it doesn't know.
///
/// The file is an object with `schema`, `version`, `sources` and `models`, one model per line. Amounts
/// are decimal text in USD: per million for tokens, per unit for everything else. A rate's name is a
/// unit, or `unit:variant`.
struct PriceBookReader {
    let version: String
    private let root: PriceFileObject

    init(_ json: [UInt8]) throws(PriceBookError) {
        root = try PriceFileObject.root(of: json, schema: PriceBook.fileSchema)
        try root.allow(["schema", "version", "sources", "models"])
        version = try root.text("version")
    }

    func models() throws(PriceBookError) -> [PricedModel] {
        try ModelReader(version: version).models(root.elements("models"))
    }
}
