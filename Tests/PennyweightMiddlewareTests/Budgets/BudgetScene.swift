import HTTPTypes
import Logging
import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime

/// A ledger whose budgets have events to tell, and everything that tells them.
struct BudgetScene {
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    let time = ManualTime()
    let ledger = MemoryLedger(limit: 10_000)
    let log = CapturedLog()
    let metrics = ObservedMetrics()
    let budget = Budget(
        name: "team", scope: BudgetScope(account: "acme"), limit: Money(picos: 1_000), period: .day)
    private let random = SeededRandom(seed: 9)

    /// Spends some picos of the budget; more than its rest is refused.
    func spend(_ amount: Int64) async throws {
        let subject = Subject(account: "acme", provider: "p", model: "m", route: "/chat/completions")
        let hold = Hold(
            id: SortableID(time: time, random: random), callID: SortableID(time: time, random: random),
            attempt: 1, subject: subject, upperBound: Money(picos: amount),
            claims: [budget.claim(on: subject, at: time.now())].compactMap(\.self), openedAt: time.now(),
            expiresAt: time.now() + .seconds(60))
        try await ledger.reserve(hold)
        try await ledger.settle(
            Settlement(
                holdID: hold.id, outcome: .served, cost: .exact(Money(picos: amount)), settledAt: time.now()))
    }

    func webhook(_ transport: any Transport, url: String = "https://example.test/hooks?key=k") throws
        -> Webhook
    {
        Webhook(
            to: try WebhookURL(url), signedWith: try WebhookSecret(BudgetScene.secret), transport: transport,
            time: time, random: random)
    }

    func notices(_ webhook: Webhook? = nil, ledger: (any Ledger)? = nil) -> BudgetNotices {
        BudgetNotices(
            ledger: ledger ?? self.ledger, webhook: webhook, metrics: metrics, logger: log.logger, time: time)
    }

    /// Runs notices beside the body, moving time on whenever they sleep, until the body has returned.
    func running(_ notices: BudgetNotices, _ body: () async throws -> Void) async throws {
        let running = Task { await notices.run() }
        defer { running.cancel() }
        try await body()
        running.cancel()
        await running.value
    }

    /// Moves time on in small steps until something is true; gives up after an hour of it.
    func passTime(until condition: @Sendable () async -> Bool) async -> Bool {
        for _ in 0..<36_000 {
            if await condition() { return true }
            time.advance(by: .milliseconds(100))
            for _ in 0..<20 { await Task.yield() }
        }
        return await condition()
    }

    func told(_ transport: ScriptedTransport) -> [String] {
        transport.requests.map { String(decoding: $0.body.bytes ?? [], as: UTF8.self) }
    }
}

extension Request {
    subscript(field name: String) -> String? { HTTPField.Name(name).flatMap { head.headerFields[$0] } }
}
