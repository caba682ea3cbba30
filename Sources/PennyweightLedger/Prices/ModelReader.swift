internal import PennyweightJSON
internal import PennyweightTime

/// Reads the models of a price file: of a book, and of an overlay, whose prices may leave out where they
/// come from.
struct ModelReader {
    /// What the versions of prices begin with.
    let version: String
    /// The source of prices that name none; nil if each must name its own.
    var source: String?

    /// Reads them all. Throws if a name is listed twice within a provider.
    func models(_ nodes: [JSONNode]) throws(PriceBookError) -> [PricedModel] {
        var models: [PricedModel] = []
        var names: Set<String> = []
        for node in nodes {
            let unnamed = try PriceFileObject(node, model: nil, field: nil)
            let id = try unnamed.text("id")
            let object = try PriceFileObject(node, model: id, field: nil)
            try object.allow([
                "id", "provider", "aliases", "mode", "input_limit", "output_limit", "prices",
            ])
            let model = try self.model(id, object)
            for name in [id] + model.aliases where !names.insert("\(model.provider)/\(name)").inserted {
                throw object.fail(
                    nil, "'\(name)' of \(model.provider) is listed before; remove one of the two")
            }
            models.append(model)
        }
        return models
    }

    private func model(_ id: String, _ object: PriceFileObject) throws(PriceBookError) -> PricedModel {
        let provider = try object.text("provider")
        let outputLimit = try object.count("output_limit")
        let inputLimit = try object.count("input_limit")
        var prices: [Price] = []
        for node in try object.elements("prices") {
            let price = try PriceFileObject(node, model: id, field: "prices")
            var read = try self.price(price, of: "\(provider)/\(id)", outputLimit: outputLimit)
            read.inputLimit = inputLimit
            prices.append(read)
        }
        guard !prices.isEmpty else {
            throw object.fail("prices", "there is none; add one or remove the model")
        }
        guard Set(prices.map(\.effectiveFrom)).count == prices.count else {
            throw object.fail("effective_from", "two prices begin on the same day; keep the right one")
        }
        return PricedModel(
            id: id, provider: provider, aliases: try object.texts("aliases"), mode: try object.text("mode"),
            inputLimit: inputLimit, outputLimit: outputLimit, prices: prices)
    }

    private func price(
        _ object: PriceFileObject, of name: String, outputLimit: Int64?
    ) throws(PriceBookError) -> Price {
        try object.allow(
            TariffReader.fields.union(["effective_from", "source", "retrieved", "regions", "included"]))
        let effectiveFrom = try object.day("effective_from")
        var included: Set<Unit> = []
        for name in try object.texts("included") {
            guard let unit = Unit(rawValue: name) else {
                throw object.fail("included", "'\(name)' is no unit")
            }
            included.insert(unit)
        }
        let isStated = source == nil
        return Price(
            version: "\(version)/\(name)@\(effectiveFrom)", effectiveFrom: effectiveFrom,
            source: try isStated || object["source"] != nil ? object.text("source") : source ?? "",
            retrieved: try isStated || object["retrieved"] != nil ? object.day("retrieved") : effectiveFrom,
            tariff: try TariffReader(object: object).tariff(), regions: try regions(of: object),
            included: included, outputLimit: outputLimit)
    }

    private func regions(of price: PriceFileObject) throws(PriceBookError) -> [String: Tariff] {
        guard price["regions"] != nil else { return [:] }
        let object = try price.object("regions")
        var regions: [String: Tariff] = [:]
        for name in object.names {
            guard !name.isEmpty else { throw object.fail(name, "a region needs a name") }
            let region = try object.object(name)
            try region.allow(TariffReader.fields)
            regions[name] = try TariffReader(object: region).tariff()
        }
        return regions
    }
}
