internal import PennyweightJSON
internal import PennyweightTime

/// Writes models as a price file has them: amounts as decimal text, one model per line.
enum PriceFileWriter {
    static func model(_ model: PricedModel) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("id", .text(model.id)), .init("provider", .text(model.provider)),
        ]
        if !model.aliases.isEmpty {
            members.append(.init("aliases", .array(model.aliases.map { .text($0) })))
        }
        members.append(.init("mode", .text(model.mode)))
        if let limit = model.inputLimit { members.append(.init("input_limit", .integer(limit))) }
        if let limit = model.outputLimit { members.append(.init("output_limit", .integer(limit))) }
        members.append(.init("prices", .array(model.prices.map(price))))
        return .object(members)
    }

    /// An overlay file: its head, and each discount and model on a line of its own.
    static func overlay(name: String, discounts: [Discount], models: [PricedModel]) -> String {
        var text = "{\n\"schema\":\"\(PriceOverlay.schema)\",\n\"name\":\(line(.text(name)))"
        if !discounts.isEmpty {
            text +=
                ",\n\"discounts\":[\n" + discounts.map { line(discount($0)) }.joined(separator: ",\n") + "\n]"
        }
        let lines = models.map { line(model($0)) }.joined(separator: ",\n")
        return text + ",\n\"models\":[\n\(lines)\n]\n}\n"
    }

    private static func line(_ value: JSONValue) -> String { String(decoding: value.bytes, as: UTF8.self) }

    private static func discount(_ discount: Discount) -> JSONValue {
        var members: [JSONValue.Member] = []
        if let provider = discount.provider { members.append(.init("provider", .text(provider))) }
        if let model = discount.model { members.append(.init("model", .text(model))) }
        members.append(.init("pays", .text("\(discount.pays)")))
        if let day = discount.effectiveFrom { members.append(.init("effective_from", .text("\(day)"))) }
        return .object(members)
    }

    private static func price(_ price: Price) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("effective_from", .text("\(price.effectiveFrom)")), .init("source", .text(price.source)),
            .init("retrieved", .text("\(price.retrieved)")),
        ]
        members += tariff(price.tariff)
        if !price.regions.isEmpty {
            let regions = price.regions.sorted { $0.key < $1.key }
            members.append(
                .init(
                    "regions",
                    .object(regions.map { .init(JSONText($0.key), .object(tariff($0.value))) })))
        }
        if !price.included.isEmpty {
            let units = price.included.map(\.rawValue).sorted()
            members.append(.init("included", .array(units.map { .text($0) })))
        }
        return .object(members)
    }

    private static func tariff(_ tariff: Tariff) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = [.init("rates", rates(tariff.rates))]
        if !tariff.contextTiers.isEmpty {
            members.append(
                .init(
                    "context_tiers",
                    .array(
                        tariff.contextTiers.map { tier in
                            .object(
                                [
                                    .init("above_input_tokens", .integer(tier.aboveInputTokens)),
                                    .init("rates", rates(tier.rates)),
                                ] + serviceTiers(tier.serviceTiers))
                        })))
        }
        members += serviceTiers(tariff.serviceTiers)
        if let offPeak = tariff.offPeak {
            members.append(
                .init(
                    "off_peak",
                    .object([
                        .init("windows", .array(offPeak.windows.map(window))),
                        .init("rates", rates(offPeak.rates)),
                    ])))
        }
        return members
    }

    private static func serviceTiers(_ tiers: [String: Rates]) -> [JSONValue.Member] {
        guard !tiers.isEmpty else { return [] }
        let sorted = tiers.sorted { $0.key < $1.key }
        return [.init("service_tiers", .object(sorted.map { .init(JSONText($0.key), rates($0.value)) }))]
    }

    private static func window(_ window: OffPeak.Window) -> JSONValue {
        let span = "\(hour(window.minutes.lowerBound))-\(hour(window.minutes.upperBound))"
        return .object([
            .init("weekdays", .array(window.weekdays.sorted().map { .integer($0) })),
            .init("hours_utc", .array([.text(span)])),
        ])
    }

    private static func hour(_ minute: Int) -> String {
        let parts = [minute / 60, minute % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return parts.joined(separator: ":")
    }

    private static func rates(_ rates: Rates) -> JSONValue {
        .object(rates.sorted.map { .init(JSONText($0.key.name), .text($0.key.unit.quoted($0.amount))) })
    }
}

extension Unit {
    /// How many units the price of a file is for: a million tokens, one of anything else.
    public var quoteSize: Int64 { isToken ? 1_000_000 : 1 }

    /// What one unit costs, as exact decimal text in US dollars for ``quoteSize`` of them, as price files
    /// and providers' pages write it.
    public func quoted(_ amount: Money) -> String {
        DecimalText.text(Int128(amount.picos), decimals: isToken ? 6 : 12)
    }
}

extension PricedModel {
    /// The model as a price file has it: one JSON object.
    public var json: String { String(decoding: PriceFileWriter.model(self).bytes, as: UTF8.self) }
}

extension PriceOverlay {
    /// The text of an overlay file with these discounts and models.
    public static func text(
        name: String, discounts: [Discount] = [], models: [PricedModel]
    ) -> String {
        PriceFileWriter.overlay(name: name, discounts: discounts, models: models)
    }
}
