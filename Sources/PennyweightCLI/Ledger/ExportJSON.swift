internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightTime

/// A line of the ledger as one line of JSON with everything that it has. Members without a value are left
/// out; money is exact decimal text in US dollars.
enum ExportJSON {
    static var tokenFields: [(name: String, path: WritableKeyPath<TokenUsage, Int64?>)] {
        [
            ("input", \.input), ("cached_input", \.cachedInput), ("cache_write", \.cacheWrite),
            ("cache_write_1h", \.cacheWriteHour), ("audio_input", \.audioInput),
            ("image_input", \.imageInput),
            ("output", \.output), ("reasoning", \.reasoning), ("audio_output", \.audioOutput),
            ("image_output", \.imageOutput), ("cached_audio_input", \.cachedAudioInput),
            ("cached_image_input", \.cachedImageInput), ("accepted_prediction", \.acceptedPrediction),
            ("rejected_prediction", \.rejectedPrediction),
        ]
    }

    static func row(_ line: LedgerLine) -> String {
        String(decoding: value(line).bytes, as: UTF8.self) + "\n"
    }

    static func number(inRow row: String) -> Int64? {
        (try? JSONDocument(row))?.root["number"]?.integer
    }

    static func value(_ line: LedgerLine) -> JSONValue {
        let attempt = attempt(line)
        return object([
            ("number", .integer(line.number)), ("kind", .text(kind(line))),
            ("corrects", corrects(line).map { .integer($0) }), ("call_id", .text("\(line.callID)")),
            ("hold_id", attempt.map { .text("\($0.holdID)") }),
            ("attempt", attempt.map { .integer($0.number) }), ("at", .text(line.at.exactText)),
            ("outcome", text(line.outcome?.rawValue)), ("source", text(source(line))),
            ("status", line.status.map { .integer($0) }), ("account", .text(line.subject.account)),
            ("key", text(line.subject.key)), ("user", text(line.subject.user)),
            ("provider", .text(line.subject.provider)), ("model", .text(line.subject.model)),
            ("executed_model", text(line.executedModel)), ("route", .text(line.subject.route)),
            ("tags", tags(line)), ("cost", cost(line.cost)), ("avoided", line.avoided.map(cost)),
            ("held_usd", text(line.held?.text)), ("price_version", text(line.priceVersion)),
            ("items", line.items.isEmpty ? nil : .array(line.items.map(item))),
            ("usage", line.usage.map(usage)), ("characters", line.characters.map { .integer($0) }),
            ("queued_ns", .integer(line.queued.nanoseconds)),
            ("first_byte_at", text(line.firstByteAt?.exactText)),
            ("first_token_at", text(line.firstTokenAt?.exactText)),
            ("settled_at", .text(line.settledAt.exactText)),
        ])
    }

    static func kind(_ line: LedgerLine) -> String {
        switch line.kind {
        case .attempt: "attempt"
        case .saving: "saving"
        case .correction: "correction"
        }
    }

    static func corrects(_ line: LedgerLine) -> Int64? {
        if case .correction(let number) = line.kind { number } else { nil }
    }

    static func attempt(_ line: LedgerLine) -> (holdID: SortableID, number: Int)? {
        if case .attempt(let holdID, let number, _) = line.kind { (holdID, number) } else { nil }
    }

    static func source(_ line: LedgerLine) -> String? {
        if case .saving(let source, _) = line.kind { source.rawValue } else { nil }
    }

    private static func tags(_ line: LedgerLine) -> JSONValue? {
        guard !line.subject.tags.isEmpty else { return nil }
        return .object(
            line.subject.tags.sorted { $0.key < $1.key }.map { .init(JSONText($0.key), .text($0.value)) })
    }

    private static func cost(_ cost: Cost) -> JSONValue {
        var bounds: (Money, Money)?
        if case .estimated(let lower, let upper, _) = cost { bounds = (lower, upper) }
        return object([
            ("status", .text(cost.status)), ("usd", text(cost.exactAmount?.text)),
            ("lower_usd", text(bounds?.0.text)), ("upper_usd", text(bounds?.1.text)),
            ("reason", text(cost.reason)),
        ])
    }

    private static func item(_ item: LineItem) -> JSONValue {
        object([
            ("unit", .text(item.unit.rawValue)), ("variant", text(item.variant)),
            ("count", .integer(item.count)), ("unit_price_usd", .text(item.unitPrice.text)),
            ("amount_usd", .text(item.amount.text)),
        ])
    }

    private static func usage(_ usage: Usage) -> JSONValue {
        let tokens = usage.tokens.map { tokens in
            object(tokenFields.map { ($0.name, tokens[keyPath: $0.path].map { .integer($0) }) })
        }
        let meters = usage.meters.map { meter in
            object([
                ("unit", .text(meter.unit.rawValue)), ("variant", text(meter.variant)),
                ("count", .integer(meter.count)),
            ])
        }
        return object([
            ("tokens", tokens), ("meters", meters.isEmpty ? nil : .array(meters)),
            ("service_tier", text(usage.serviceTier)), ("raw", usage.raw.map(raw)),
        ])
    }

    /// The report as the provider sent it, as text, so that not a byte of it changes.
    private static func raw(_ bytes: [UInt8]) -> JSONValue {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return object([("hex", .text(Digits.hexadecimal(bytes)))])
        }
        return .text(text)
    }

    private static func text(_ text: String?) -> JSONValue? { text.map(JSONValue.text) }

    private static func object(_ members: [(String, JSONValue?)]) -> JSONValue {
        .object(members.compactMap { name, value in value.map { .init(JSONText(name), $0) } })
    }
}

/// Bytes as hexadecimal digits.
private enum Digits {
    static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
