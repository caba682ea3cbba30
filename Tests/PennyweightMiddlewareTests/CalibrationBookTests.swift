import PennyweightLedger
import PennyweightTime
import Testing

@testable import PennyweightMiddleware

@Suite("CalibrationBook")
struct CalibrationBookTests {
    private func settlement(
        _ cost: Cost = .nothing, output: Int64 = 100, model: String? = "m",
        change: (inout TokenUsage) -> Void = { _ in }
    ) -> Settlement {
        var tokens = TokenUsage(input: 10, output: output)
        change(&tokens)
        return Settlement(
            holdID: SortableID(high: 1, low: 1), outcome: .served, cost: cost, usage: Usage(tokens: tokens),
            executedModel: model, settledAt: Timestamp(seconds: 1))
    }

    private func learn(
        _ book: CalibrationBook, _ settlement: Settlement, characters: Int64 = 400, isComplete: Bool = true
    ) {
        let summary = UsageSummary(isComplete: isComplete, generatedCharacters: characters)
        book.learn(from: settlement, summary, provider: "p", model: "asked")
    }

    @Test("it learns from exact lines what was seen as text, without reasoning and rejected predictions")
    func learns() {
        let book = CalibrationBook()
        learn(
            book,
            settlement {
                $0.reasoning = 40
                $0.rejectedPrediction = 10
            })
        #expect(book.calibration(of: "m", provider: "p")?.tokens == 50)
        #expect(book.calibration(of: "m", provider: "p")?.characters == 400)
        #expect(book.calibration(of: "m", provider: "other") == nil)
        learn(book, settlement(model: nil))
        #expect(book.calibration(of: "asked", provider: "p")?.samples == 1)
    }

    @Test("what isn't exact, whole, or text alone teaches nothing")
    func ignores() {
        let book = CalibrationBook()
        learn(book, settlement(.unknown(reason: "")))
        learn(book, settlement(.estimated(lower: .zero, upper: .zero, reason: "")))
        learn(book, settlement(), isComplete: false)
        learn(book, settlement(), characters: 0)
        learn(book, settlement { $0.audioOutput = 1 })
        learn(book, settlement { $0.imageOutput = 1 })
        learn(book, settlement { $0.reasoning = 100 })
        learn(book, settlement { $0.output = nil })
        #expect(book.all.isEmpty)
    }

    @Test("it has a limit: a new model takes the place of the one with the fewest answers")
    func limit() {
        let book = CalibrationBook(limit: 2)
        for model in ["a", "a", "b", "c"] { learn(book, settlement(model: model)) }
        #expect(Set(book.all.map(\.model)) == ["a", "c"])
        learn(CalibrationBook(limit: 0), settlement())
    }

    @Test("what a ledger knows is added to what is known")
    func add() {
        let book = CalibrationBook()
        learn(book, settlement())
        var known = Calibration(provider: "p", model: "m")
        known.add(characters: 100, tokens: 50)
        book.add([known, Calibration(provider: "p", model: "empty")])
        #expect(book.calibration(of: "m", provider: "p")?.samples == 2)
        #expect(book.all.count == 1)
    }
}
