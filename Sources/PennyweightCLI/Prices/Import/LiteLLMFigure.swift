internal import PennyweightJSON
internal import PennyweightLedger

/// One figure of an entry of LiteLLM's price table, as far as it can be used.
struct LiteLLMFigure {
    enum Amount: Hashable {
        case exact(Money)
        /// Not a whole number of pico-dollars.
        case inexact
        /// The table writes zero for what it doesn't know, too.
        case zero
        /// Nothing, or no number at all.
        case none
    }

    let name: String
    let node: JSONNode
    let amount: Amount

    init(name: String, node: JSONNode) {
        self.name = name
        self.node = node
        let text = node.kind == .number ? String(decoding: node.source, as: UTF8.self) : node.string
        guard let decimal = text.flatMap({ ExactDecimal($0) }), !decimal.isNegative else {
            amount = .none
            return
        }
        amount = decimal.isZero ? .zero : decimal.money.map { .exact($0) } ?? .inexact
    }

    /// What the table calls a token, and which table the figure is of; nil if it is about something else.
    var token: (key: Rates.Key, place: PriceTables.Place)? {
        var base = Substring(name)
        var place = PriceTables.Place()
        for (suffix, tier) in LiteLLMFigure.serviceTiers where base.hasSuffix("_" + suffix) {
            base = base.dropLast(suffix.count + 1)
            place.serviceTier = tier
            break
        }
        if base.hasSuffix("k_tokens"), let mark = base.lastRange(of: "_above_") {
            guard let thousands = Int64(base[mark.upperBound...].dropLast("k_tokens".count)) else {
                return nil
            }
            place.aboveInputTokens = thousands * 1_000
            base = base[..<mark.lowerBound]
        }
        return LiteLLMFigure.tokens[String(base)].map { ($0, place) }
    }

    /// True if the name is that of a price. Whatever such a figure is, it is taken or reported.
    var isPrice: Bool {
        if node.isNull { return false }
        return ["cost", "price", "pricing", "multiplier", "dbu"].contains { name.contains($0) }
            || name == "provider_specific_entry"
    }

    private static let serviceTiers = [
        ("batches", "batch"), ("flex", "flex"), ("priority", "priority"), ("ultrafast", "ultrafast"),
    ]
    private static let tokens: [String: Rates.Key] = [
        "input_cost_per_token": .init(.inputToken),
        "cache_read_input_token_cost": .init(.cachedInputToken),
        "cache_read_input_audio_token_cost": .init(.cachedInputToken, variant: "audio"),
        "cache_read_input_image_token_cost": .init(.cachedInputToken, variant: "image"),
        "cache_creation_input_token_cost": .init(.cacheWriteToken),
        "cache_creation_input_token_cost_above_1hr": .init(.cacheWriteHourToken),
        "cache_creation_input_token_cost_above_12hr": .init(.cacheWriteToken, variant: "12h"),
        "input_cost_per_audio_token": .init(.audioInputToken),
        "input_cost_per_image_token": .init(.imageInputToken),
        "output_cost_per_token": .init(.outputToken),
        "output_cost_per_reasoning_token": .init(.reasoningToken),
        "output_cost_per_audio_token": .init(.audioOutputToken),
        "output_cost_per_image_token": .init(.imageOutputToken),
    ]
}

extension Substring {
    /// The last place of a text in this one.
    fileprivate func lastRange(of text: String) -> Range<Index>? {
        indices.reversed().first { self[$0...].hasPrefix(text) }
            .map { $0..<index($0, offsetBy: text.count) }
    }
}
