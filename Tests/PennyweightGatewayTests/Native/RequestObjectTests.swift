import HTTPTypes
import PennyweightJSON
import PennyweightLedger
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightGateway

@Suite struct RequestObjectTests {
    private let make = LineMaker()

    private func record(
        _ costs: [(Cost, Outcome, Int?)], open: [Hold] = [], route: String = "/chat/completions"
    ) throws -> CallRecord {
        let call = make.id()
        var lines: [LedgerLine] = []
        for (index, (cost, outcome, status)) in costs.enumerated() {
            let hold = make.hold(call: call, attempt: index + 1)
            lines.append(
                LedgerLine(
                    number: Int64(index + 1), hold,
                    Settlement(
                        holdID: hold.id, outcome: outcome, cost: cost,
                        items: [try LineItem(unit: .inputToken, count: 10, unitPrice: Money(picos: 150_000))],
                        usage: LineMaker.usage, status: status, settledAt: make.start + .milliseconds(1_250)))
            )
        }
        let subject = Subject(account: "acme", key: "k1", provider: "openai", model: "gpt-x", route: route)
        return CallRecord(id: call, at: make.start, subject: subject, lines: lines, open: open)
    }

    private func text(_ record: CallRecord, _ name: JSONText) -> String {
        RequestObject.json(record)[name].map { String(decoding: $0.bytes, as: UTF8.self) } ?? "absent"
    }

    @Test("an exact cost is a number and a text, both from the same digits")
    func exact() throws {
        let record = try record([
            (.nothing, .absorbed, 503), (.exact(Money(picos: 165_000_001)), .served, 200),
        ])
        #expect(text(record, "cost") == "0.000165000001")
        #expect(text(record, "cost_usd") == "\"0.000165000001\"")
        #expect(text(record, "cost_status") == "\"exact\"")
        #expect(text(record, "cost_lower_usd") == "null")
        #expect(text(record, "status") == "\"completed\"")
        #expect(text(record, "duration_ms") == "1250")
        #expect(text(record, "error_code") == "null")
        #expect(RequestObject.json(record)["attempts"].map { $0.bytes.count > 0 } == true)
    }

    @Test("an estimated cost is two bounds and a reason, and no number")
    func estimated() throws {
        let cost = Cost.estimated(lower: Money(picos: 1), upper: Money(picos: 5), reason: "cut")
        let record = try record([(.exact(Money(picos: 10)), .absorbed, 200), (cost, .served, 200)])
        #expect(text(record, "cost") == "null")
        #expect(text(record, "cost_usd") == "null")
        #expect(text(record, "cost_status") == "\"estimated\"")
        #expect(text(record, "cost_lower_usd") == "\"0.000000000011\"")
        #expect(text(record, "cost_upper_usd") == "\"0.000000000015\"")
        #expect(text(record, "cost_reason") == "\"cut\"")
    }

    @Test("one unknown attempt makes the cost unknown: never a number")
    func unknown() throws {
        let estimate = Cost.estimated(lower: .zero, upper: Money(picos: 5), reason: "cut")
        let record = try record([(estimate, .absorbed, nil), (.unknown(reason: "no price"), .served, 200)])
        #expect(text(record, "cost") == "null")
        #expect(text(record, "cost_status") == "\"unknown\"")
        #expect(text(record, "cost_upper_usd") == "null")
        #expect(text(record, "cost_reason") == "\"no price\"")
    }

    @Test("a correction takes the place of an unknown cost")
    func corrected() throws {
        let unknown = try record([(.unknown(reason: "no price"), .served, 200)])
        let line = try #require(unknown.lines.first)
        let correction = LedgerLine(
            number: line.number + 1, kind: .correction(of: line.number), callID: line.callID, at: line.at,
            subject: line.subject, cost: .exact(Money(picos: 7)), settledAt: line.settledAt)
        let record = CallRecord(
            id: unknown.id, at: unknown.at, subject: unknown.subject, lines: [line, correction], open: [])
        #expect(text(record, "cost_status") == "\"exact\"")
        #expect(text(record, "cost_usd") == "\"0.000000000007\"")
    }

    @Test("an open attempt counts up to what is held")
    func open() throws {
        let call = try record([], open: [make.hold(upperBound: Money(picos: 7))])
        #expect(text(call, "status") == "\"processing\"")
        #expect(text(call, "cost_status") == "\"estimated\"")
        #expect(text(call, "cost_upper_usd") == "\"0.000000000007\"")
        #expect(text(call, "duration_ms") == "null")
        let unbounded = try record([], open: [make.hold(upperBound: nil)])
        #expect(text(unbounded, "cost_status") == "\"unknown\"")
    }

    @Test(
        "what went wrong has a status and a code",
        arguments: [
            (Outcome.refused, 503 as Int?, "upstream_failure", "upstream_503"),
            (.refused, 429, "upstream_failure", "upstream_429"),
            (.refused, 401, "upstream_failure", "upstream_401"),
            (.refused, 400, "rejected", "upstream_400"), (.refused, 422, "rejected", "upstream_422"),
            (.neverSent, nil, "upstream_failure", "never_sent"), (.abandoned, 200, "cancelled", "abandoned"),
        ])
    func endings(outcome: Outcome, status: Int?, word: String, code: String) throws {
        let record = try record([(.nothing, outcome, status)])
        #expect(text(record, "status") == "\"\(word)\"")
        #expect(text(record, "error_code") == "\"\(code)\"")
        #expect(CallEnding.statuses.contains(word))
    }

    @Test("a hit says where it came from and what it avoided, and has no attempts")
    func hit() throws {
        let saving = make.saving(avoided: .exact(Money(picos: 165_000_000)))
        let record = CallRecord(
            id: saving.callID, at: saving.at, subject: saving.subject, lines: [LedgerLine(number: 1, saving)],
            open: [])
        #expect(text(record, "status") == "\"completed\"")
        #expect(text(record, "source") == "\"hit\"")
        #expect(text(record, "cost") == "0")
        #expect(text(record, "avoided_usd") == "\"0.000165\"")
        #expect(text(record, "attempts") == "[]")
    }

    @Test(
        "the route tells the modality",
        arguments: [
            ("/chat/completions", "text"), ("/images/generations", "image"), ("/videos", "video"),
            ("/audio/speech", "speech"), ("/audio/transcriptions", "transcription"),
            ("/embeddings", "embedding"),
        ])
    func modality(route: String, word: String) throws {
        #expect(text(try record([], route: route), "modality") == "\"\(word)\"")
    }

    @Test("milliseconds are written without a float")
    func milliseconds() {
        let values: [(Duration?, String)] = [
            (nil, "null"), (.zero, "0"), (.microseconds(1), "0.001"), (.microseconds(1_050), "1.050"),
            (.milliseconds(20), "20"), (.seconds(-1), "0"), (.nanoseconds(999), "0"),
        ]
        for (duration, text) in values {
            #expect(String(decoding: JSONValue.milliseconds(duration).bytes, as: UTF8.self) == text)
        }
    }
}
