internal import PennyweightJSON
internal import PennyweightTime

/// Reads the schema `pennyweight-prices/1`, and refuses what it doesn't know.
///
/// The file is an object with `schema`, `version`, `sources` and `models`, one model per line. Amounts
/// are decimal text in USD: per million for tokens, per unit for everything else. A rate's name is a
/// unit, or `unit:variant`.
struct PriceBookReader {
    static let schema = "pennyweight-prices/1"

    let version: String
    private let root: PriceFileObject
    private var names: Set<String> = []

    init(_ json: [UInt8]) throws(PriceBookError) {
        let document: JSONDocument
        do {
            document = try JSONDocument(json)
        } catch {
            throw PriceBookError(line: error.line, problem: "it is not JSON: \(error)")
        }
        root = try PriceFileObject(document.root, model: nil, field: nil)
        let schema = try root.text("schema")
        guard schema == Self.schema else {
            throw root.fail("schema", "'\(schema)' can't be read; this version reads '\(Self.schema)'")
        }
        try root.allow(["schema", "version", "sources", "models"])
        version = try root.text("version")
    }

    mutating func models() throws(PriceBookError) -> [PricedModel] {
        var models: [PricedModel] = []
        for node in try root.elements("models") {
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
        var prices: [Price] = []
        for node in try object.elements("prices") {
            let price = try PriceFileObject(node, model: id, field: "prices")
            prices.append(try self.price(price, of: "\(provider)/\(id)", outputLimit: outputLimit))
        }
        guard !prices.isEmpty else {
            throw object.fail("prices", "there is none; add one or remove the model")
        }
        guard Set(prices.map(\.effectiveFrom)).count == prices.count else {
            throw object.fail("effective_from", "two prices begin on the same day; keep the right one")
        }
        return PricedModel(
            id: id, provider: provider, aliases: try object.texts("aliases"), mode: try object.text("mode"),
            inputLimit: try object.count("input_limit"), outputLimit: outputLimit, prices: prices)
    }

    private func price(
        _ object: PriceFileObject, of name: String, outputLimit: Int64?
    ) throws(PriceBookError) -> Price {
        try object.allow([
            "effective_from", "source", "retrieved", "rates", "context_tiers", "service_tiers", "included",
            "off_peak",
        ])
        let rates = try object.object("rates").rates()
        guard !rates.isEmpty else { throw object.fail("rates", "there is none; add one or remove the price") }
        let effectiveFrom = try object.day("effective_from")
        var included: Set<Unit> = []
        for name in try object.texts("included") {
            guard let unit = Unit(rawValue: name) else {
                throw object.fail("included", "'\(name)' is no unit")
            }
            included.insert(unit)
        }
        return Price(
            version: "\(version)/\(name)@\(effectiveFrom)", effectiveFrom: effectiveFrom,
            source: try object.text("source"), retrieved: try object.day("retrieved"), rates: rates,
            contextTiers: try contextTiers(of: object), serviceTiers: try object.serviceTiers(),
            included: included, offPeak: try offPeak(of: object), outputLimit: outputLimit)
    }

    private func offPeak(of price: PriceFileObject) throws(PriceBookError) -> OffPeak? {
        guard price["off_peak"] != nil else { return nil }
        let object = try price.object("off_peak")
        try object.allow(["windows", "rates"])
        var windows: [OffPeak.Window] = []
        for node in try object.elements("windows") {
            let window = try PriceFileObject(node, model: price.model, field: "windows")
            try window.allow(["weekdays", "hours_utc"])
            let weekdays = try window.elements("weekdays").map { $0.integer ?? 0 }
            guard weekdays.allSatisfy({ (1...7).contains($0) }) else {
                throw window.fail("weekdays", "days from 1 (Monday) to 7 are expected")
            }
            for span in try window.texts("hours_utc") {
                guard let minutes = PriceBookReader.minutes(span) else {
                    throw window.fail("hours_utc", "'\(span)' is no span like 10:00-24:00")
                }
                windows.append(OffPeak.Window(weekdays: Set(weekdays.map { Int($0) }), minutes: minutes))
            }
        }
        return OffPeak(windows: windows, rates: try object.object("rates").rates())
    }

    /// `10:00-24:00` as minutes of the day.
    private static func minutes(_ span: String) -> Range<Int>? {
        let ends = span.split(separator: "-", omittingEmptySubsequences: false).map { end -> Int? in
            let parts = end.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = Int(parts[0]),
                let minute = Int(parts[1]), (0..<60).contains(minute),
                (0...1_440).contains(hour * 60 + minute)
            else { return nil }
            return hour * 60 + minute
        }
        guard ends.count == 2, let start = ends[0], let end = ends[1], start < end else { return nil }
        return start..<end
    }

    private func contextTiers(of price: PriceFileObject) throws(PriceBookError) -> [ContextTier] {
        guard price["context_tiers"] != nil else { return [] }
        var tiers: [ContextTier] = []
        for node in try price.elements("context_tiers") {
            let tier = try PriceFileObject(node, model: price.model, field: "context_tiers")
            try tier.allow(["above_input_tokens", "rates", "service_tiers"])
            guard let above = try tier.count("above_input_tokens") else {
                throw tier.fail("above_input_tokens", "it is missing; add the number of tokens")
            }
            guard !tiers.contains(where: { $0.aboveInputTokens == above }) else {
                throw tier.fail("above_input_tokens", "two tiers begin at \(above); keep the right one")
            }
            tiers.append(
                ContextTier(
                    aboveInputTokens: above, rates: try tier.object("rates").rates(),
                    serviceTiers: try tier.serviceTiers()))
        }
        return tiers
    }
}
