import PennyweightLedger
import PennyweightTime
import Testing

@Suite("Repricing")
struct RepricingTests {
    typealias Sample = ReconcileSample

    private func book() throws -> PriceBook {
        try PriceBook(
            json: Array(
                """
                {"schema":"pennyweight-prices/1","version":"b","sources":{},"models":[
                {"id":"gpt-4o","provider":"openai","mode":"chat","prices":[
                {"effective_from":"2024-01-01","source":"s","retrieved":"2024-01-01",
                "rates":{"input_token":"10","output_token":"1"}},
                {"effective_from":"2026-11-02","source":"s","retrieved":"2026-11-02",
                "rates":{"input_token":"20","output_token":"1"}}]},
                {"id":"image-x","provider":"openai","mode":"image","prices":[
                {"effective_from":"2024-01-01","source":"s","retrieved":"2024-01-01",
                "rates":{"image:high":"0.5"}}]}]}
                """.utf8))
    }

    @Test("a line is priced by the price of its own day, and compared with its corrections")
    func prices() throws {
        var repricing = Repricing(prices: try book())
        let first = repricing.add(Sample.line(1), corrections: nil)
        #expect(first?.before == MoneyTotal(picos: 1_000_000_000))
        #expect(first?.after == Money(picos: 1_010_000_000))
        #expect(first?.difference == MoneyTotal(picos: 10_000_000))
        #expect(repricing.add(Sample.line(2), corrections: MoneyTotal(picos: 10_000_000)) == nil)
        let later = repricing.add(Sample.line(3, after: .seconds(86_400)), corrections: nil)
        #expect(later?.after == Money(picos: 2_010_000_000))
        let sum = try #require(repricing.sums["gpt-4o-2024-08-06"])
        #expect(sum.lines == 3 && sum.changed == 2)
        #expect(sum.before.picos == 3_010_000_000 && sum.after.picos == 4_030_000_000)
        #expect(repricing.total == sum)
    }

    @Test("an unknown line that has a price now changes from nothing")
    func unknown() throws {
        var repricing = Repricing(prices: try book())
        let change = repricing.add(Sample.line(1, cost: .unknown(reason: "no price")), corrections: nil)
        #expect(change?.before == nil && change?.after == Money(picos: 1_010_000_000))
        #expect(repricing.total.wereUnknown == 1)
    }

    @Test("what can't be priced again is listed with its reason, and not guessed")
    func gaps() throws {
        var repricing = Repricing(prices: try book())
        let estimate = Cost.estimated(lower: .zero, upper: Money(picos: 5), reason: "cut")
        let lines = [
            Sample.line(1, cost: estimate), Sample.line(2, input: nil), Sample.line(3, model: "other"),
            Sample.line(4, model: "gpt-4o-mini"), Sample.line(5, provider: "azure"),
        ]
        for line in lines { #expect(repricing.add(line, corrections: nil) == nil) }
        #expect(repricing.gaps.map(\.line) == [1, 2, 3, 4, 5])
        #expect(repricing.gaps[0].reason == "its cost is estimated")
        #expect(repricing.gaps[1].reason == "it has no usage")
        #expect(repricing.gaps[2].reason == "'other' has no price")
        #expect(repricing.total == Repricing.Sum())
    }

    @Test("what was refused, saved or corrected is no attempt that could cost")
    func notPriced() throws {
        var repricing = Repricing(prices: try book())
        _ = repricing.add(Sample.line(1, outcome: .refused, cost: .nothing, input: nil), corrections: nil)
        let saving = LedgerLine(
            number: 2, kind: .saving(source: .hit, avoided: .nothing), callID: SortableID(high: 0, low: 0),
            at: Sample.day, subject: Subject(account: "a", provider: "openai", model: "gpt-4o", route: "/r"),
            cost: .nothing, usage: Usage(tokens: TokenUsage(input: 1, output: 1)), settledAt: Sample.day)
        _ = repricing.add(saving, corrections: nil)
        #expect(repricing.gapCount == 0 && repricing.sums.isEmpty)
    }

    @Test("an image is priced by the quality that was charged, which no usage reports")
    func items() throws {
        var repricing = Repricing(prices: try book())
        let items = [try LineItem(unit: .image, variant: "high", count: 2, unitPrice: Money(picos: 1))]
        let line = LedgerLine(
            number: 1, kind: .attempt(holdID: SortableID(high: 0, low: 0), number: 1, outcome: .served),
            callID: SortableID(high: 0, low: 0), at: Sample.day,
            subject: Subject(
                account: "a", provider: "openai", model: "image-x", route: "/images/generations"),
            cost: .exact(Money(picos: 2)), items: items, usage: Usage(), settledAt: Sample.day)
        #expect(repricing.add(line, corrections: nil)?.after == Money(picos: 1_000_000_000_000))
    }
}
