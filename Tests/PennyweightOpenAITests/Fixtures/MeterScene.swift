import HTTPTypes
import Logging
import PennyweightLedger
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime

/// One provider's calls through metering into a ledger, with prices that a test writes.
struct MeterScene {
    let time = ManualTime()
    let ledger = MemoryLedger(limit: 1_000)
    let settlements: Settlements
    private let prices: PriceBook
    private let convention: UsageConvention
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Each of `models` is an id with its rates, and further members of its price: an output limit, what is
    /// included.
    init(
        _ models: [(id: String, rates: String, more: String)], convention: UsageConvention = .openAI
    ) throws {
        let list = models.map { model in
            """
            {"id":"\(model.id)","provider":"p","mode":"chat","output_limit":1000,"prices":[{
            "effective_from":"2020-01-01","source":"test","retrieved":"2020-01-01",
            "rates":{\(model.rates)}\(model.more)}]}
            """
        }
        let book =
            #"{"schema":"pennyweight-prices/1","version":"test","models":[\#(list.joined(separator: ","))]}"#
        prices = try PriceBook(json: Array(book.utf8))
        self.convention = convention
        settlements = Settlements(time: time, logger: logger)
    }

    /// Sends a request, reads the answer as far as it comes, and returns its line.
    @discardableResult
    func send(
        _ path: String, _ body: String, type: String = "application/json",
        _ steps: [ScriptedReader.Step], answerType: String = "application/json"
    ) async throws -> Settlement? {
        let upstream = ScriptedTransport([
            .custom { _, _ in
                var head = HTTPResponse(status: .ok)
                head.headerFields[.contentType] = answerType
                return Response(head: head, body: Body(once: ScriptedReader(steps), length: nil))
            }
        ])
        let metering = Metering(
            ledger: ledger, meter: OpenAIMeter(convention: convention), prices: prices, provider: "p",
            settlements: settlements, time: time, random: SeededRandom(seed: UInt64(ledger.settlements.count))
        )
        var request = Request(.post, path, body: Body(body))
        request.head.headerFields[.contentType] = type
        let response = try await Pipeline(to: upstream) { metering }.send(request, context: Calls.context())
        _ = try? await response.body.collect(upTo: 1_000_000)
        await settlements.drain(within: .seconds(60))
        return ledger.settlements.last
    }

    /// The bound of the last call's hold.
    var bound: Money? { ledger.settledHolds.last?.upperBound }
}

extension Money {
    /// Whole micro-dollars: what a token costs at a price of 1 per million.
    static func micros(_ count: Int64) -> Money { Money(picos: count * 1_000_000) }
}

extension ScriptedReader.Step {
    static func text(_ text: String) -> ScriptedReader.Step { .chunk(Array(text.utf8)) }
}
