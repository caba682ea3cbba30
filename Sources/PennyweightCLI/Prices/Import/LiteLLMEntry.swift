internal import PennyweightJSON
internal import PennyweightLedger

/// One entry of LiteLLM's price table, turned into tables of ours.
///
/// The rules are those of `Scripts/refresh-prices.py`, which makes the shipped book: what would make an exact
/// charge wrong is left out. Every figure that isn't taken is reported.
struct LiteLLMEntry {
    let name: LiteLLMName
    /// Our word for what the model does.
    let mode: String
    let figures: [String: LiteLLMFigure]
    private let node: JSONNode
    var tables = PriceTables()
    /// The names of the figures that are in the tables, or are said by other figures.
    var taken: Set<String> = []
    /// The resolution of this entry's second, and the figures of others; nil if it is for all.
    var resolutions: (own: String, others: [String: LiteLLMFigure])?

    static let modes = [
        "chat": "chat", "responses": "chat", "completion": "completion", "embedding": "embedding",
        "image_generation": "image", "image_edit": "image", "video_generation": "video",
        "audio_speech": "audio", "audio_transcription": "audio", "realtime": "realtime",
        "moderation": "moderation",
    ]
    /// Words with which an entry says itself that its price is not whole.
    private static let notWhole = [
        "not modeled", "minimum", "estimated", "base cost", "priced at", "per megapixel", "derived from",
        "include one input image", "enterprise",
    ]

    init(name: LiteLLMName, mode: String, node: JSONNode) {
        self.name = name
        self.mode = mode
        self.node = node
        var figures: [String: LiteLLMFigure] = [:]
        for (member, value) in node.members {
            let text = member.string ?? ""
            figures[text] = LiteLLMFigure(name: text, node: value)
        }
        self.figures = figures
    }

    /// The most tokens of a prompt or of an answer; nil if the table has no such number.
    func limit(_ field: String) -> Int64? {
        node[field]?.integer.flatMap { $0 > 0 ? $0 : nil }
    }

    /// Fills the tables. Returns why the model can't be priced; nil if it can.
    mutating func convert() -> String? {
        let facts = (node["metadata"]?.members ?? []).compactMap { $0.value.string?.lowercased() }
        let word = LiteLLMEntry.notWhole.first { word in facts.contains { $0.contains(word) } }
        if let word { return "the table says itself that its price isn't whole: '\(word)'" }
        if figures["tiered_pricing"] != nil { return "its prices in tiers don't say how they add up" }
        let tokens = tokenRates()
        let base = Set(tokens.filter { $0.place == .init() }.map(\.key.unit))
        let talks = ["chat", "completion", "realtime"].contains(mode)
        if talks, !base.isSuperset(of: [.inputToken, .outputToken]) {
            return "it has no usable price for both prompt and answer"
        }
        var isByToken = !base.isEmpty
        if mode == "image" { isByToken = base.contains(.imageOutputToken) }
        if mode == "audio" || mode == "video" { isByToken = base.contains(.inputToken) && isByToken }
        if isByToken { take(tokens) }
        takeMeters(isByToken: isByToken)
        guard !tables.base.isEmpty else { return "it has no price in a unit that is known here" }
        takeSearches()
        takeOffPeak()
        takeRegions()
        return nil
    }

    /// What of the entry's prices was not taken over, and why.
    func leftOut() -> (inexact: [ImportedPrices.Note], notes: [ImportedPrices.Note]) {
        var inexact: [ImportedPrices.Note] = []
        var notes: [ImportedPrices.Note] = []
        for figure in figures.values.sorted(by: { $0.name < $1.name })
        where figure.isPrice && !taken.contains(figure.name) {
            let isKnown = figure.token != nil || LiteLLMEntry.meterNames.contains(figure.name)
            let reason: String
            switch figure.amount {
            case .inexact where isKnown:
                inexact.append(note(figure, "it is no whole number of pico-dollars a unit"))
                continue
            case .zero: reason = "zero may be what the table doesn't know"
            case .exact, .inexact, .none:
                reason = isKnown ? "a \(mode) model isn't charged by it here" : "no unit of ours counts it"
            }
            notes.append(note(figure, reason))
        }
        return (inexact, notes)
    }

    private func note(_ figure: LiteLLMFigure, _ reason: String) -> ImportedPrices.Note {
        let place = name.region.map { " in \($0)" } ?? ""
        return ImportedPrices.Note(
            model: "\(name.provider)/\(name.model)\(place)", field: figure.name, reason: reason)
    }

    /// The exact amount of a figure; zero is one for moderation only.
    func amount(_ field: String) -> Money? {
        switch figures[field]?.amount {
        case .exact(let amount): amount
        case .zero where mode == "moderation": .zero
        default: nil
        }
    }

    typealias TokenRate = (field: String, key: Rates.Key, place: PriceTables.Place, amount: Money)

    private func tokenRates() -> [TokenRate] {
        figures.values.compactMap { figure in
            guard let (key, place) = figure.token, let amount = amount(figure.name) else { return nil }
            return (figure.name, key, place, amount)
        }
    }

    private mutating func take(_ rates: [TokenRate]) {
        for rate in rates {
            tables.add(rate.amount, for: rate.key, at: rate.place)
            taken.insert(rate.field)
        }
        // An older name of the same figure.
        let hit = "input_cost_per_token_cache_hit"
        if let amount = amount(hit), tables.add(amount, for: .init(.cachedInputToken)) { taken.insert(hit) }
    }
}
