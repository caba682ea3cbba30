internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightTime

/// One attempt of a call, or a correction of one, as the native API shows it.
enum AttemptObject {
    /// The settled ones in the ledger's order, then those that are open.
    static func all(of record: CallRecord) -> [JSONValue] {
        record.lines.compactMap(json) + record.open.map(json)
    }

    /// A line; nil for that of an answer which needed no attempt.
    private static func json(_ line: LedgerLine) -> JSONValue? {
        var members: [JSONValue.Member] = [.init("object", .text("attempt"))]
        switch line.kind {
        case .saving: return nil
        case .attempt(let holdID, let number, let outcome):
            members += [
                .init("id", .text(holdID.description)), .init("number", .integer(number)),
                .init("outcome", .text(outcome.rawValue)),
            ]
        case .correction(let corrected):
            members = [
                .init("object", .text("correction")), .init("line", .integer(line.number)),
                .init("corrects_line", .integer(corrected)),
            ]
        }
        members += [
            .init("provider", .text(line.subject.provider)),
            .init("model", .text(line.subject.model)),
            .init("executed_model", .of(line.executedModel)),
            .init("status", .of(line.status.map { Int64($0) })),
        ]
        members += CallCost(line.cost).members
        members += [
            .init("held_usd", .of(line.held?.text)),
            .init("price_version", .of(line.priceVersion)),
            .init("items", .array(line.items.map(json))),
            .init("usage", line.usage.map(json) ?? .null),
            .init("usage_raw", raw(line.usage)),
            .init("opened_at", .of(line.at)),
            .init("times", times(of: line)),
        ]
        return .object(members)
    }

    private static func json(_ hold: Hold) -> JSONValue {
        let cost = CallCost(lines: [], open: [hold])
        let members: [JSONValue.Member] = [
            .init("object", .text("attempt")), .init("id", .text(hold.id.description)),
            .init("number", .integer(hold.attempt)), .init("outcome", .null),
            .init("provider", .text(hold.subject.provider)), .init("model", .text(hold.subject.model)),
            .init("executed_model", .null), .init("status", .null),
        ]
        return .object(
            members + cost.members + [
                .init("held_usd", .of(hold.upperBound?.text)), .init("price_version", .null),
                .init("items", .array([])), .init("usage", .null), .init("usage_raw", .null),
                .init("opened_at", .of(hold.openedAt)),
                .init("times", .object([.init("queue_ms", .milliseconds(hold.queued))])),
            ])
    }

    private static func json(_ item: LineItem) -> JSONValue {
        .object([
            .init("unit", .text(item.unit.rawValue)), .init("variant", .of(item.variant)),
            .init("count", .integer(item.count)), .init("unit_price_usd", .text(item.unitPrice.text)),
            .init("amount_usd", .text(item.amount.text)),
        ])
    }

    private static func json(_ usage: Usage) -> JSONValue {
        let tokens = usage.tokens
        let counts: [(JSONText, Int64?)] = [
            ("input_tokens", tokens?.input), ("cached_input_tokens", tokens?.cachedInput),
            ("cache_write_tokens", tokens?.cacheWrite), ("cache_write_1h_tokens", tokens?.cacheWriteHour),
            ("audio_input_tokens", tokens?.audioInput), ("image_input_tokens", tokens?.imageInput),
            ("output_tokens", tokens?.output), ("reasoning_tokens", tokens?.reasoning),
            ("audio_output_tokens", tokens?.audioOutput), ("image_output_tokens", tokens?.imageOutput),
        ]
        let meters = usage.meters.map { meter in
            JSONValue.object([
                .init("unit", .text(meter.unit.rawValue)), .init("variant", .of(meter.variant)),
                .init("count", .integer(meter.count)),
            ])
        }
        return .object(
            counts.map { .init($0.0, .of($0.1)) } + [
                .init("meters", .array(meters)), .init("service_tier", .of(usage.serviceTier)),
            ])
    }

    /// The usage as the provider sent it; null if it sent none, or what isn't JSON.
    private static func raw(_ usage: Usage?) -> JSONValue {
        guard let raw = usage?.raw, let document = try? JSONDocument(raw) else { return .null }
        return JSONValue(document.root)
    }

    private static func times(of line: LedgerLine) -> JSONValue {
        .object([
            .init("queue_ms", .milliseconds(line.queued)),
            .init("first_byte_ms", .milliseconds(line.firstByteAt.map { $0 - line.at })),
            .init("first_token_ms", .milliseconds(line.firstTokenAt.map { $0 - line.at })),
            .init("total_ms", .milliseconds(line.settledAt - line.at)),
        ])
    }
}
