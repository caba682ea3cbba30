import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

/// Which price a line is made with.
@Suite("The price of a line", .timeLimit(.minutes(5)))
struct MeteringPriceTests {
    private let bench = MeteringBench()

    /// `m` costs one micro-dollar a token of prompt, and two from 2026-06-15 on; twice that in `eu`.
    private func book() throws -> PriceBook {
        let price = { (day: String, usd: Int) in
            #"{"effective_from":"\#(day)","source":"s","retrieved":"2026-01-01","rates":{"input_token":"\#(usd)","#
                + #""output_token":"0"},"regions":{"eu":{"rates":{"input_token":"\#(usd * 2)","output_token":"0"}}}}"#
        }
        let text =
            #"{"schema":"pennyweight-prices/1","version":"test","models":[{"id":"m","provider":"p","mode":"chat","#
            + #""output_limit":10,"prices":[\#(price("2020-01-01", 1)),\#(price("2026-06-15", 2))]}]}"#
        return try PriceBook(json: Array(text.utf8))
    }

    private func pipeline(
        _ steps: [ScriptedTransport.Step], _ policy: MeteringPolicy = MeteringPolicy(), book: PriceBook? = nil
    ) throws -> Pipeline {
        let metering = Metering(
            ledger: bench.ledger, meter: LineMeter(), prices: try book ?? self.book(), provider: "p",
            settlements: bench.settlements, time: bench.time, random: bench.random, policy: policy)
        return Pipeline(to: ScriptedTransport(steps)) { metering }
    }

    @Test("an attempt that runs while the price changes costs what it did when it began")
    func change() async throws {
        let change = try #require(CalendarDay("2026-06-15")).start
        bench.time.jump(to: change - .seconds(1))
        let first = try await pipeline([.answer(200, "#m 10 0.")]).send(
            Stages.post("m 1"), context: Stages.context())
        bench.time.jump(to: change + .seconds(1))
        _ = try await Stages.text(first.body)
        let second = try await pipeline([.answer(200, "#m 10 0.")]).send(
            Stages.post("m 1"), context: Stages.context())
        _ = try await Stages.text(second.body)
        #expect(bench.ledger.settlements.map(\.cost.exactAmount?.picos) == [10_000_000, 20_000_000])
        #expect(
            bench.ledger.settlements.map(\.priceVersion) == ["test/p/m@2020-01-01", "test/p/m@2026-06-15"])
    }

    @Test("the region decides between a model's prices, for the hold and for the line")
    func region() async throws {
        bench.time.jump(to: try #require(CalendarDay("2026-01-01")).start)
        for region in [nil, "eu"] {
            var policy = MeteringPolicy()
            policy.region = region
            let response = try await pipeline([.answer(200, "#m-2026-01-01 10 0.")], policy)
                .send(Stages.post("m 1"), context: Stages.context())
            _ = try await Stages.text(response.body)
        }
        #expect(bench.ledger.settlements.map(\.cost.exactAmount?.picos) == [10_000_000, 20_000_000])
        #expect(bench.ledger.settledHolds.map(\.upperBound?.picos) == [10_000_000, 20_000_000])
        #expect(bench.ledger.settlements.last?.priceVersion == "test/p/m@2020-01-01/eu")
    }

    @Test("a region that the price doesn't list makes the model unpriced")
    func otherRegion() async throws {
        var policy = MeteringPolicy(unpriced: .refuse)
        policy.region = "ap"
        let pipeline = try pipeline([.status(200)], policy)
        #expect(
            await stageError { _ = try await pipeline.send(Stages.post("m 1"), context: Stages.context()) }
                == "unpriced")
    }

    @Test("a negotiated price is on the line with the overlay's version")
    func overlay() async throws {
        let text =
            #"{"schema":"pennyweight-price-overlay/1","name":"acme","discounts":[{"model":"m","pays":"85/100"}]}"#
        let overlay = try PriceOverlay(json: Array(text.utf8))
        bench.time.jump(to: try #require(CalendarDay("2026-01-01")).start)
        let response = try await pipeline(
            [.answer(200, "#m 100 0.")], book: try book().overlaid(by: overlay)
        ).send(Stages.post("m 1"), context: Stages.context())
        _ = try await Stages.text(response.body)
        let line = try #require(bench.ledger.settlements.first)
        #expect(line.cost == .exact(Money(picos: 85_000_000)))
        #expect(line.items.map(\.unitPrice.picos) == [850_000])
        #expect(line.priceVersion == "test+\(overlay.version)/p/m@2020-01-01")
    }
}
