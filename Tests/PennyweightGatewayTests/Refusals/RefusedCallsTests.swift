import PennyweightLedger
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightGateway

@Suite("RefusedCalls")
struct RefusedCallsTests {
    private let time = ManualTime()
    private let ledger = MemoryLedger(limit: 10_000)
    private let log = CapturedLog()

    private var refusals: RefusedCalls {
        RefusedCalls(
            notes: ledger, provider: "openai", time: time, random: SeededRandom(seed: 2), logger: log.logger)
    }

    private func call() -> Context {
        var call = Context(
            id: SortableID(time: time, random: SystemRandom()), logger: log.logger)
        call.account = "acme"
        call[KeyLabel.self] = "k"
        call[EndUser.self] = "u"
        return call
    }

    @Test("what was refused before an attempt is noted with its status, and costs nothing")
    func noted() async throws {
        let refusals = refusals
        let errors: [(any Error, Int)] = [
            (Failure(.overBudget, "m"), 402), (Failure(.unpriced, "m"), 402),
            (Failure(.rateLimited, "m"), 429),
            (Failure(.invalidRequest, "m"), 400), (Failure(.bodyTooLarge, "m"), 413),
            (RequestProblem("m"), 400), (Refusal.forbidden("c", "m"), 403), (Refusal.wrong("p", "m"), 400),
        ]
        for (error, status) in errors {
            let call = call()
            #expect(refusals.note(error, of: call, route: "/videos", model: "sora-2"))
            let record = try #require(try await ledger.call(call.id))
            #expect(record.status == .failed && record.lines.first?.status == status)
            #expect(record.lines.first?.outcome == .neverSent && record.lines.first?.cost == .nothing)
            #expect(
                record.subject.account == "acme" && record.subject.key == "k" && record.subject.user == "u")
            #expect(record.subject.model == "sora-2" && record.subject.route == "/videos")
            #expect(CallEnding(record).status == "rejected")
        }
    }

    @Test("what has a line of its own, or nobody's account, is not")
    func notNoted() {
        let errors: [any Error] = [
            CancellationError(), Failure(.connectionLost, "m"), Failure(.ledgerUnavailable, "m"),
            Failure(.shuttingDown, "m"), Refusal.unauthenticated("m"), Refusal.absent("m"),
        ]
        for error in errors {
            #expect(!refusals.note(error, of: call(), route: "/videos", model: nil))
        }
        #expect(ledger.settlements.isEmpty)
    }

    @Test("a flood is noted at a bounded pace, and said to be incomplete once")
    func bounded() {
        let refusals = refusals
        func flood(_ count: Int) -> Int {
            (0..<count).count { _ in
                refusals.note(Failure(.overBudget, "m"), of: call(), route: "/videos", model: nil)
            }
        }
        #expect(flood(2_000) == RefusedCalls.burst)
        time.advance(by: .seconds(2))
        #expect(flood(2_000) == 2 * RefusedCalls.perSecond)
        #expect(log.lines.count { $0.message.contains("faster than they are noted") } == 2)
        #expect(ledger.settlements.count == RefusedCalls.burst + 2 * RefusedCalls.perSecond)
    }
}
