import PennyweightLedger
import PennyweightTime
import Testing

@Suite("Reconciler: costs and what isn't known")
struct ReconcilerCostTests {
    typealias Sample = ReconcileSample

    @Test("estimated and unknown lines are shown as what could be the difference, and never counted")
    func uncertainty() throws {
        let invoice = try Sample.invoice([Sample.cost("0.003")])
        let estimate = Cost.estimated(lower: .zero, upper: Money(picos: 2_000_000_000), reason: "cut")
        let lines = [
            Sample.line(1), Sample.line(2, outcome: .abandoned, cost: estimate, input: nil),
            Sample.line(3, cost: .unknown(reason: "no price")),
        ]
        let found = try #require(Sample.reconcile(lines, invoice).differences.first)
        #expect(found.figure.text(found.here) == "0.001")
        #expect(found.kind == .price)
        #expect(found.explanation == "1 estimated line of $0..$0.002 can be it; 1 line of unknown cost here")
    }

    @Test("an estimate that is too small is said not to be all of it")
    func smallEstimate() throws {
        let invoice = try Sample.invoice([Sample.cost("9")])
        let estimate = Cost.estimated(lower: .zero, upper: Money(picos: 2_000_000_000), reason: "cut")
        let found = try #require(
            Sample.reconcile([Sample.line(1), Sample.line(2, cost: estimate)], invoice).differences.first)
        #expect(found.explanation == "1 estimated line of $0..$0.002 can't be all of it")
    }

    @Test("requests without reported usage explain missing tokens")
    func withoutUsage() throws {
        let invoice = try Sample.invoice([Sample.usage(1, input: 50, output: 5)])
        let estimate = Cost.estimated(lower: .zero, upper: Money(picos: 1), reason: "cut")
        let result = Sample.reconcile(
            [Sample.line(1, outcome: .abandoned, cost: estimate, input: nil)], invoice)
        #expect(result.differences.map(\.kind) == [.count, .count])
        #expect(result.differences.allSatisfy { $0.explanation == "1 line here without reported usage" })
    }

    @Test("searches are charged under their own name, fine-tuned models under their base's")
    func names() throws {
        let invoice = try Sample.invoice([
            Sample.cost("0.0009", name: "ft-gpt-4o-2024-08-06"), Sample.cost("0.01", name: "web search"),
        ])
        let items = [
            try LineItem(unit: .search, count: 1, unitPrice: Money(picos: 10_000_000_000)),
            try LineItem(unit: .inputToken, count: 100, unitPrice: Money(picos: 9_000_000)),
        ]
        let line = Sample.line(
            1, model: "ft:gpt-4o-2024-08-06:acme::abc", cost: .exact(Money(picos: 10_900_000_000)),
            items: items)
        #expect(Sample.reconcile([line], invoice).agrees)
    }

    @Test("a correction moves the cost of its model, and is no request")
    func correction() throws {
        let invoice = try Sample.invoice([Sample.usage(1, input: 100, output: 10), Sample.cost("0.0015")])
        let correction = LedgerLine(
            number: 2, kind: .correction(of: 1), callID: SortableID(high: 2, low: 1),
            at: Sample.day + .seconds(60),
            subject: Subject(
                account: "acme", provider: "openai", model: "gpt-4o", route: "/chat/completions"),
            cost: .exact(Money(picos: 500_000_000)), executedModel: "gpt-4o-2024-08-06",
            settledAt: Sample.day + .seconds(90_000))
        #expect(Sample.reconcile([Sample.line(1), correction], invoice).agrees)
    }

    @Test("images, characters and seconds are compared for their routes")
    func meters() throws {
        var invoice = Invoice()
        let figures: [(Invoice.Service, InvoiceFigure, Unit, String)] = [
            (.images, .images, .image, "/images/generations"),
            (.audioSpeeches, .characters, .character, "/audio/speech"),
            (.audioTranscriptions, .seconds, .audioSecond, "/audio/transcriptions"),
        ]
        for (service, figure, _, _) in figures {
            let line = Invoice.Line(
                service: service, bucket: Sample.bucket, name: "m", quantities: [.requests: 1, figure: 7])
            try invoice.add([line], covering: [Sample.bucket], of: service)
        }
        let lines = figures.enumerated().map { index, entry in
            Sample.line(
                Int64(index), model: "m", route: entry.3, input: nil, meters: [.init(entry.2, count: 7)])
        }
        #expect(Sample.reconcile(lines, invoice).agrees)
    }

    @Test("periods that are covered twice are refused")
    func overlap() throws {
        var invoice = try Sample.invoice([Sample.cost("1")])
        #expect(throws: InvoiceOverlap.self) {
            try invoice.add([], covering: [Sample.bucket], of: .costs)
        }
        #expect(throws: InvoiceOverlap.self) {
            let part = Invoice.Bucket(start: Sample.day + .seconds(60), end: Sample.day + .seconds(120))
            try invoice.add([], covering: [part], of: .costs)
        }
        try invoice.add([], covering: [Sample.bucket], of: .images)
    }
}
