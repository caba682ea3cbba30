import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import Testing

@testable import PennyweightGateway

@Suite struct FactFieldsTests {
    private func fields(_ cost: Cost, saved: Cost = .nothing) -> [String: String] {
        let statement = Receipt.Statement(cost: cost, saved: saved, provider: "openai", model: "m")
        return Dictionary(uniqueKeysWithValues: FactFields.fields(of: statement).map { ($0.name, $0.value) })
    }

    @Test("an exact cost is told to the pico")
    func exact() {
        let fields = fields(.exact(Money(picos: 1)))
        #expect(fields["x-pennyweight-cost"] == "0.000000000001")
        #expect(fields["x-pennyweight-cost-status"] == "exact")
    }

    @Test("a cost that is not exact has a status and no number")
    func inexact() {
        let estimated = fields(.estimated(lower: .zero, upper: Money(picos: 5), reason: "cut"))
        #expect(estimated["x-pennyweight-cost"] == nil)
        #expect(estimated["x-pennyweight-cost-status"] == "estimated")
        let unknown = fields(.unknown(reason: "no price"), saved: .unknown(reason: "no price"))
        #expect(unknown["x-pennyweight-cost"] == nil)
        #expect(unknown["x-pennyweight-saved"] == nil)
        #expect(unknown["x-pennyweight-cost-status"] == "unknown")
    }

    @Test("a hit costs nothing and tells what it saved")
    func hit() {
        let fields = fields(.nothing, saved: .exact(Money(picos: 42_000_000)))
        #expect(fields["x-pennyweight-cost"] == "0")
        #expect(fields["x-pennyweight-saved"] == "0.000042")
    }

    @Test("a model's name can't break out of its line")
    func injection() {
        let statement = Receipt.Statement(cost: .nothing, provider: "p", model: "a\r\n\r\ndata: x")
        #expect(FactFields.fields(of: statement)[1].value == "a????data: x")
    }

    @Test("what is not known yet is not told")
    func open() {
        var facts = Facts()
        facts.attempts = 2
        facts[ReceiptFact.self] = Receipt()
        #expect(FactFields.fields(of: facts).map(\.name) == ["x-pennyweight-attempts"])
        #expect(FactFields.comments(of: facts) == Array(": x-pennyweight-attempts: 2\n\n".utf8))
    }
}
