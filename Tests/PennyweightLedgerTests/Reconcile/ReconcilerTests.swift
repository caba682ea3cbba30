import PennyweightLedger
import PennyweightTime
import Testing

@Suite("Reconciler")
struct ReconcilerTests {
    typealias Sample = ReconcileSample

    @Test("equal figures agree, and both sides' totals are given")
    func agrees() throws {
        let invoice = try Sample.invoice([Sample.usage(2, input: 200, output: 20), Sample.cost("0.002")])
        let result = Sample.reconcile([Sample.line(1), Sample.line(2)], invoice)
        #expect(result.agrees)
        #expect(result.totals.first { $0.figure == .requests }?.here == 2)
        #expect(result.totals.first { $0.figure == .cost }?.there == InvoiceAmount(decimal: "0.002")?.yoctos)
    }

    @Test("requests and tokens that only the provider has are missing here")
    func missingHere() throws {
        let invoice = try Sample.invoice([Sample.usage(3, input: 300, output: 30)])
        let result = Sample.reconcile([Sample.line(1)], invoice)
        #expect(result.differences.map(\.kind) == [.missingHere, .missingHere, .missingHere])
        #expect(result.differences.map(\.figure) == [.requests, .inputTokens, .outputTokens])
        #expect(result.differences.map(\.difference) == [2, 200, 20])
        #expect(result.differences[0].here == 1 && result.differences[0].there == 3)
    }

    @Test("what only the ledger has is missing there, even in a bucket that the export leaves empty")
    func missingThere() throws {
        var invoice = Invoice()
        try invoice.add([], covering: [Sample.bucket], of: .completions)
        let result = Sample.reconcile([Sample.line(1)], invoice)
        #expect(result.differences.map(\.kind) == [.missingThere, .missingThere, .missingThere])
        #expect(result.differences.map(\.difference) == [-1, -100, -10])
    }

    @Test("other tokens in as many requests are a difference of count")
    func count() throws {
        let invoice = try Sample.invoice([Sample.usage(1, input: 100, output: 12, cached: 40)])
        let result = Sample.reconcile([Sample.line(1)], invoice)
        #expect(result.differences.map(\.kind) == [.count, .count])
        #expect(result.differences.map(\.figure) == [.cachedInputTokens, .outputTokens])
    }

    @Test("another cost for the same usage is a difference of price")
    func price() throws {
        let invoice = try Sample.invoice([Sample.usage(1, input: 100, output: 10), Sample.cost("0.0015")])
        let result = Sample.reconcile([Sample.line(1)], invoice)
        #expect(result.differences.map(\.kind) == [.price])
        #expect(result.differences.first.map { $0.figure.text($0.difference) } == "0.0005")
    }

    @Test("another cost that follows from other usage is missing on one side, not a price")
    func costFollowsUsage() throws {
        let invoice = try Sample.invoice([Sample.usage(2, input: 200, output: 20), Sample.cost("0.002")])
        let result = Sample.reconcile([Sample.line(1)], invoice)
        #expect(Set(result.differences.map(\.kind)) == [.missingHere])
        #expect(result.differences.last?.figure == .cost)
    }

    @Test("a cost within the tolerance is counted, and no difference; one pico above it is one")
    func tolerance() throws {
        let invoice = try Sample.invoice([Sample.cost("0.001000000000500001")])
        #expect(!Sample.reconcile([Sample.line(1)], invoice).agrees)
        let tolerant = Sample.reconcile([Sample.line(1)], invoice) { $0.tolerance = Money(picos: 1) }
        #expect(tolerant.agrees && tolerant.tolerated == 1)
        #expect(!Sample.reconcile([Sample.line(1)], invoice) { $0.tolerance = .zero }.agrees)
    }

    @Test("a name without a date is compared with all its snapshots; dated names with each other")
    func snapshots() throws {
        let invoice = try Sample.invoice([
            Sample.usage(1, input: 100, output: 10, model: "gpt-4o-2024-08-06"),
            Sample.usage(1, input: 100, output: 10, model: "gpt-4o-2024-11-20"),
        ])
        let undated = Sample.reconcile(
            [Sample.line(1, model: "gpt-4o"), Sample.line(2, model: "gpt-4o-2024-08-06")], invoice)
        #expect(undated.agrees)
        let dated = Sample.reconcile([Sample.line(1), Sample.line(2)], invoice)
        #expect(
            dated.differences.filter { $0.figure == .requests }.map(\.model) == [
                "gpt-4o-2024-08-06", "gpt-4o-2024-11-20",
            ])
    }

    @Test("an alias of the price book is the model")
    func alias() throws {
        let book = try PriceBook(
            json: Array(
                """
                {"schema":"pennyweight-prices/1","version":"1","sources":{},"models":[
                {"id":"model-x","provider":"openai","aliases":["x-latest"],"mode":"chat","prices":[
                {"effective_from":"2024-01-01","source":"s","retrieved":"2024-01-01",
                "rates":{"input_token":"1","output_token":"1"}}]}]}
                """.utf8))
        let invoice = try Sample.invoice([Sample.usage(1, input: 100, output: 10, model: "x-latest")])
        #expect(Sample.reconcile([Sample.line(1, model: "model-x")], invoice, prices: book).agrees)
    }

    @Test("an export that isn't grouped by model is compared as a whole")
    func ungrouped() throws {
        let invoice = try Sample.invoice([Sample.usage(2, input: 200, output: 20, model: nil)])
        #expect(Sample.reconcile([Sample.line(1, model: "a"), Sample.line(2, model: "b")], invoice).agrees)
    }

    @Test("projects are compared with their accounts, the nearest one, and the rest with the rest")
    func projects() throws {
        let invoice = try Sample.invoice([
            Sample.usage(1, input: 100, output: 10, project: "proj_a"),
            Sample.usage(1, input: 100, output: 10, project: "proj_b"),
            Sample.usage(1, input: 100, output: 10, project: "proj_c"),
        ])
        let lines = [
            Sample.line(1, account: "acme/search/deep"), Sample.line(2, account: "acme"),
            Sample.line(3, account: "beta"),
        ]
        let mapping = ["proj_a": "acme/search", "proj_b": "acme"]
        #expect(Sample.reconcile(lines, invoice) { $0.projects = mapping }.agrees)
        let moved = Sample.reconcile([Sample.line(1, account: "acmeish")], invoice) { $0.projects = mapping }
        #expect(
            moved.differences.filter { $0.figure == .requests }.map(\.project) == ["proj_a", "proj_b"])
    }

    @Test("what the provider refused or never saw, other providers, routes and times don't count")
    func notCounted() throws {
        var invoice = Invoice()
        try invoice.add([], covering: [Sample.bucket], of: .completions)
        let lines = [
            Sample.line(1, outcome: .refused, cost: .nothing, input: nil),
            Sample.line(2, outcome: .neverSent, cost: .nothing, input: nil),
            Sample.line(3, outcome: .absorbed, cost: .nothing, input: nil),
            Sample.line(4, provider: "anthropic"), Sample.line(5, route: "/embeddings"),
            Sample.line(6, after: .seconds(90_000)), Sample.line(7, after: .seconds(-61)),
        ]
        #expect(Sample.reconcile(lines, invoice).agrees)
    }

    @Test("wider spans hide which side of a bucket's edge a call fell on")
    func widths() throws {
        let halves = [0, 1].map { half in
            Invoice.Bucket(
                start: Sample.day + .seconds(half * 1_800), end: Sample.day + .seconds((half + 1) * 1_800))
        }
        let invoice = try Sample.invoice(
            [Sample.usage(1, input: 100, output: 10, in: halves[1])], covering: Set(halves))
        #expect(!Sample.reconcile([Sample.line(1)], invoice).agrees)
        for width in [Reconciler.Width.hour, .day, .all] {
            #expect(Sample.reconcile([Sample.line(1)], invoice) { $0.width = width }.agrees)
        }
    }
}
