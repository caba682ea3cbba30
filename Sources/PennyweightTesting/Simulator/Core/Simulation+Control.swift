internal import HTTPTypes
internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightTime

extension Simulation {
    /// The simulator's own routes, which need no key: what it billed, what it received, and a fresh start.
    func control(_ call: SimulatedCall, _ path: [String]) throws(SimulatedError) -> SimulatedReply {
        switch (call.request.method, path.first, path.count) {
        case ("GET", "charges", 1): return .json(charges)
        case ("GET", "attempts", 1):
            return .json(attempts(after: call.request.query("after").flatMap(UInt64.init) ?? 0))
        case ("GET", "requests", 1): return .json(requests)
        case ("POST", "reset", 1):
            billing.reset()
            memory.reset()
            videos.reset()
            log.reset()
            return .json(.record(["reset": .bool(true)]))
        default: throw Simulation.unknownPath(call.request)
        }
    }

    private var charges: JSONValue {
        let totals = billing.totals
        return .record([
            "count": .integer(totals.count), "unpriced": .integer(totals.unpriced),
            "total": .text(totals.billed.text),
            "totals": .object(
                ProviderCharge.Outcome.allCases.map { outcome in
                    .init(JSONText(outcome.rawValue), .text((totals.byOutcome[outcome] ?? .zero).text))
                }),
            "charges": .array(billing.charges.map(Simulation.json(charge:))),
        ])
    }

    private static func json(charge: ProviderCharge) -> JSONValue {
        let tokens = charge.usage.tokens
        func count(_ value: Int64?) -> JSONValue { value.map { .integer($0) } ?? .null }
        return .record([
            "id": .text(charge.id), "route": .text(charge.route), "model": .text(charge.model),
            "amount": .textOrNull(charge.amount?.text), "outcome": .text(charge.outcome.rawValue),
            "at": .integer(charge.at.milliseconds), "input": count(tokens?.input),
            "cached_input": count(tokens?.cachedInput), "output": count(tokens?.output),
            "reasoning": count(tokens?.reasoning),
            "meters": .array(
                charge.usage.meters.map { meter in
                    .record([
                        "unit": .text(meter.unit.rawValue), "variant": .textOrNull(meter.variant),
                        "count": .integer(meter.count),
                    ])
                }),
        ])
    }

    /// Which commands came after the one with this number, and what was billed for each.
    private func attempts(after number: UInt64) -> JSONValue {
        .record([
            "attempts": .array(
                billing.attempts.filter { $0.number > number }.map { attempt in
                    .record([
                        "number": .integer(Int64(clamping: attempt.number)),
                        "label": .textOrNull(attempt.label), "path": .text(attempt.path),
                        "outcome": .textOrNull(attempt.charge?.outcome.rawValue),
                        "amount": .textOrNull(attempt.charge?.amount?.text),
                    ])
                })
        ])
    }

    /// Bodies are in base64: they are shown byte for byte.
    private var requests: JSONValue {
        .record([
            "requests": .array(
                log.all.map { request in
                    .record([
                        "method": .text(request.method), "path": .text(request.path),
                        "headers": .array(
                            request.headers.filter { $0.name != .authorization }.map { field in
                                .array([.text(field.name.canonicalName), .text(field.value)])
                            }),
                        "body": .text(Base64Text.encode(request.body)),
                    ])
                })
        ])
    }
}
