internal import PennyweightJSON
internal import PennyweightLedger

extension LiteLLMEntry {
    /// Figures that a model may be charged by, and that are not tokens.
    static let meterNames: Set<String> = [
        "output_cost_per_image", "input_cost_per_image", "output_cost_per_second",
        "output_cost_per_video_per_second", "input_cost_per_second", "input_cost_per_character",
    ]

    /// Takes what isn't counted in tokens, or notes what the tokens pay for.
    mutating func takeMeters(isByToken: Bool) {
        switch mode {
        case "image" where isByToken: tables.included = [.image]
        case "image":
            guard figures["output_cost_per_pixel"] == nil, figures["input_cost_per_pixel"] == nil else {
                return
            }
            let output = "output_cost_per_image"
            takeVariants(of: figures[output] == nil ? "input_cost_per_image" : output, as: .image)
        case "video":
            guard figures["input_cost_per_image"] == nil else { return }
            let second = "output_cost_per_second"
            let other = "output_cost_per_video_per_second"
            if figures[second] == nil, let amount = amount(other) {
                tables.add(amount, for: .init(.videoSecond))
                taken.insert(other)
            }
            takeVariants(of: second, as: .videoSecond)
            splitResolutions()
        case "audio" where isByToken: tables.included = [.audioSecond, .character]
        case "audio":
            if let amount = amount("input_cost_per_second"), LiteLLMEntry.isWholeSecond(amount) {
                tables.add(amount, for: .init(.audioSecond))
                taken.insert("input_cost_per_second")
            }
            if let amount = amount("input_cost_per_character") {
                tables.add(amount, for: .init(.character))
                taken.insert("input_cost_per_character")
            }
        default: break
        }
    }

    /// Gives the price of a second to the one resolution that it is for.
    private mutating func splitResolutions() {
        guard let resolutions, let general = tables.remove(.init(.videoSecond)) else { return }
        tables.add(general, for: .init(.videoSecond, variant: resolutions.own))
        for (resolution, figure) in resolutions.others {
            guard case .exact(let amount) = figure.amount else { continue }
            tables.add(amount, for: .init(.videoSecond, variant: resolution))
        }
    }

    /// Takes the figures by resolution, and the one without, unless it repeats one of them: then it isn't the
    /// price of all others.
    private mutating func takeVariants(of prefix: String, as unit: Unit) {
        var amounts: Set<Money> = []
        for name in figures.keys.sorted() where name.hasPrefix(prefix + "_") {
            let suffix = name.dropFirst(prefix.count + 1)
            let digits = suffix.drop { $0.isNumber || $0 == "." }
            guard suffix.first?.isNumber == true, ["", "p", "k", "K"].contains(String(digits)),
                let amount = amount(name)
            else { continue }
            tables.add(amount, for: .init(unit, variant: String(suffix)))
            taken.insert(name)
            amounts.insert(amount)
        }
        guard let general = amount(prefix) else { return }
        taken.insert(prefix)
        if !amounts.contains(general) { tables.add(general, for: .init(unit)) }
    }

    /// True for what somebody would set as the price of a second, a minute or an hour: six, four or three
    /// decimals. Others are such prices, divided and rounded.
    static func isWholeSecond(_ amount: Money) -> Bool {
        let picos = Int128(amount.picos)
        return picos % 1_000_000 == 0 || picos * 60 % 100_000_000 == 0 || picos * 3_600 % 1_000_000_000 == 0
    }

    /// Takes the fee of a search. One with a free allowance has no price: what is left of it isn't known.
    mutating func takeSearches() {
        let field = "search_context_cost_per_query"
        guard let node = figures[field]?.node, node.kind == .object, name.provider != "gemini",
            figures["search_free_requests"] == nil
        else { return }
        var fees: [String: Money] = [:]
        for (member, value) in node.members {
            let fee = LiteLLMFigure(name: field, node: value)
            guard case .exact(let amount) = fee.amount, let size = member.string?.split(separator: "_").last
            else { return }
            fees[String(size)] = amount
        }
        taken.insert(field)
        if fees.count == 3, Set(fees.values).count == 1, let fee = fees.values.first {
            tables.add(fee, for: .init(.search))
        } else {
            for (size, fee) in fees { tables.add(fee, for: .init(.search, variant: size)) }
        }
    }

    /// Takes the cheaper hours.
    mutating func takeOffPeak() {
        let field = "off_peak_pricing"
        guard let node = figures[field]?.node, let listed = node["windows"]?.elements else { return }
        var windows: [OffPeak.Window] = []
        for window in listed {
            let days = window["weekdays"]?.elements.compactMap(\.integer).map { Int($0) } ?? Array(1...7)
            let hours = window["hours_utc"]
            for span in hours?.string.map({ [$0] }) ?? hours?.elements.compactMap(\.string) ?? [] {
                guard let minutes = LiteLLMEntry.minutes(span) else { return }
                windows.append(OffPeak.Window(weekdays: Set(days), minutes: minutes))
            }
        }
        var rates: [Rates.Key: Money] = [:]
        for (member, value) in node.members where member.string != "windows" {
            let figure = LiteLLMFigure(name: member.string ?? "", node: value)
            guard let token = figure.token, token.place == .init(), case .exact(let amount) = figure.amount
            else { return }
            rates[token.key] = amount
        }
        guard !windows.isEmpty, !rates.isEmpty else { return }
        tables.offPeak = OffPeak(windows: windows, rates: Rates(rates))
        taken.insert(field)
    }

    /// `10:00-00:00` as minutes of a day, up to its end.
    private static func minutes(_ span: String) -> Range<Int>? {
        let ends = span.split(separator: "-").map { end -> Int? in
            let parts = end.split(separator: ":").map { Int($0) }
            guard parts.count == 2, let hour = parts[0], let minute = parts[1] else { return nil }
            return hour * 60 + minute
        }
        guard ends.count == 2, let start = ends[0], let end = ends[1].map({ $0 == 0 ? 1_440 : $0 }),
            start < end, start >= 0, end <= 1_440
        else { return nil }
        return start..<end
    }

    /// Takes the uplift of the regions that the table names: on tokens, not on fees.
    mutating func takeRegions() {
        let prefix = "regional_processing_uplift_multiplier_"
        for name in figures.keys.sorted() where name.hasPrefix(prefix) {
            if takeRegion(String(name.dropFirst(prefix.count)), figures[name]?.node) { taken.insert(name) }
        }
        let field = "provider_specific_entry"
        guard let node = figures[field]?.node else { return }
        let known = node.members.filter { $0.name.string == "us" }
        for member in known where takeRegion("us", member.value) && node.members.count == known.count {
            taken.insert(field)
        }
    }

    private mutating func takeRegion(_ region: String, _ node: JSONNode?) -> Bool {
        guard let node, let uplift = Ratio(String(decoding: node.source, as: UTF8.self)) else { return false }
        var lifted = PriceTables()
        for (place, rates) in tables.tables where place.region == nil {
            for (key, amount) in rates {
                guard let raised = key.unit.isToken ? uplift.of(amount) : amount else { return false }
                lifted.add(raised, for: key, at: place)
            }
        }
        tables.adopt(lifted, asRegion: region)
        return true
    }
}
