internal import PennyweightJSON
internal import PennyweightTime

/// Reads the tables of a price, or of one of its regions.
struct TariffReader {
    static let fields: Set<String> = ["rates", "context_tiers", "service_tiers", "off_peak"]

    let object: PriceFileObject

    func tariff() throws(PriceBookError) -> Tariff {
        let rates = try object.object("rates").rates()
        guard !rates.isEmpty else { throw object.fail("rates", "there is none; add one or remove the price") }
        return Tariff(
            rates: rates, contextTiers: try contextTiers(of: object),
            serviceTiers: try object.serviceTiers(), offPeak: try offPeak(of: object))
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
                guard let minutes = TariffReader.minutes(span) else {
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
