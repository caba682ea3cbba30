import HTTPTypes
import Logging
import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Synchronization
import Testing

@Suite("BudgetNotices", .timeLimit(.minutes(5)))
struct BudgetNoticesTests {
    private let scene = BudgetScene()

    private func isAllConfirmed() async -> Bool {
        await (try? scene.ledger.events(limit: 1))?.isEmpty ?? false
    }

    @Test("each event is one log line and one count, and is confirmed")
    func once() async throws {
        try await scene.spend(850)
        try? await scene.spend(200)
        try? await scene.spend(200)
        let notices = scene.notices()
        await notices.announceOnce()
        await notices.announceOnce()
        #expect(scene.log.lines.map { $0["kind"] } == ["threshold", "threshold", "refused"])
        #expect(scene.log.lines.map(\.level) == [.notice, .notice, .warning])
        #expect(
            scene.log.lines[1].message == "The budget 'team' of account acme has settled 80 % of its limit.")
        let second = scene.log.lines[1]
        #expect(
            second["budget"] == "team" && second["percent"] == "80" && second["counted"] == "account acme")
        #expect(second["limit"] == "$0.000000001" && second["settled"] == "$0.00000000085")
        #expect(second["held"] == "$0" && second["resets-at"] == "2026-01-02T00:00:00.000Z")
        #expect(scene.metrics["pennyweight.budget.events{budget=team,kind=threshold}"] == [1, 1])
        #expect(scene.metrics["pennyweight.budget.events{budget=team,kind=refused}"] == [1])
        #expect(await isAllConfirmed())
    }

    @Test("a budget that is used up is a warning")
    func usedUp() async throws {
        try await scene.spend(1_000)
        await scene.notices().announceOnce()
        #expect(scene.log.lines.map(\.level) == [.notice, .notice, .warning])
    }

    @Test("events are told within a second, and at once after a settlement")
    func latency() async throws {
        let notices = scene.notices()
        try await scene.running(notices) {
            await scene.time.waitForSleepers()
            try await scene.spend(500)
            scene.time.advance(by: .milliseconds(100))
            await scene.time.waitForSleepers()
            #expect(scene.log.lines.isEmpty)
            scene.time.advance(by: .milliseconds(900))
            #expect(await Stages.eventually { scene.log.lines.count == 1 })
            await scene.time.waitForSleepers()
            scene.time.advance(by: .milliseconds(100))
            await scene.time.waitForSleepers()
            try await scene.spend(300)
            notices.wake()
            #expect(await Stages.eventually { scene.log.lines.count == 2 })
        }
    }

    @Test("settlements wake it")
    func settlements() async throws {
        let settlements = Settlements(time: scene.time, logger: scene.log.logger)
        let woken = StageLog()
        settlements.onSettlement { woken.add("woken") }
        let hold = LineMaker().hold()
        try await scene.ledger.reserve(hold)
        await settlements.settle(LineMaker().settlement(hold, .nothing), in: scene.ledger)
        #expect(woken.events == ["woken"])
    }

    @Test("each event is one signed webhook, in order, and is confirmed when it was taken")
    func webhooks() async throws {
        let receiver = ScriptedTransport(Array(repeating: .status(204), count: 3))
        try await scene.spend(850)
        try? await scene.spend(200)
        let ids = try await scene.ledger.events(limit: 9).map(\.id.description)
        try await scene.running(scene.notices(try scene.webhook(receiver))) {
            #expect(await scene.passTime { await isAllConfirmed() })
        }
        #expect(receiver.requests.map { $0[field: "webhook-id"] } == ids)
        #expect(
            scene.told(receiver)[1]
                == #"{"type":"budget.threshold","timestamp":"2026-01-01T00:00:00.000Z","data":{"budget":"team","#
                + #""counted":"account acme","percent":80,"limit_usd":"0.000000001","#
                + #""settled_usd":"0.00000000085","held_usd":"0","resets_at":"2026-01-02T00:00:00.000Z"}}"#)
        #expect(scene.told(receiver)[2].contains(#""type":"budget.refused""#))
        #expect(scene.told(receiver)[2].contains(#""percent":null"#))
        let request = receiver.requests[0]
        #expect(request.head.scheme == "https" && request.head.authority == "example.test")
        #expect(request.head.method == .post && request.head.path == "/hooks?key=k")
        #expect(request[field: "content-type"] == "application/json")
        let timestamp = try #require(request[field: "webhook-timestamp"].flatMap { Int64($0) })
        #expect((0...10).contains(timestamp - 1_767_225_600))
        let signature = try WebhookSecret(BudgetScene.secret).signature(
            id: ids[0], timestamp: timestamp, body: try #require(request.body.bytes))
        #expect(request[field: "webhook-signature"] == signature)
        #expect(scene.log.lines.count == 3)
    }

    @Test(
        "what isn't taken is tried again with the same identifier, later each time, and confirmed once it is")
    func retried() async throws {
        let receiver = ScriptedTransport([
            .status(500), .status(301), .fail(Failure(.connectionFailed, "")), .status(429), .status(200),
        ])
        try await scene.spend(500)
        try await scene.running(scene.notices(try scene.webhook(receiver))) {
            #expect(await scene.passTime { await isAllConfirmed() })
        }
        #expect(Set(receiver.requests.map { $0[field: "webhook-id"] }).count == 1)
        let times = receiver.requests.compactMap { $0[field: "webhook-timestamp"].flatMap { Int64($0) } }
        let pauses = zip(times.dropFirst(), times).map { $0 - $1 }
        #expect(pauses.count == 4)
        #expect(pauses.enumerated().allSatisfy { (0...(1 << $0.offset) + 2).contains($0.element) })
        #expect(scene.log.lines.filter { $0.message == "A webhook was not taken." }.count == 4)
        #expect(
            scene.log.lines.compactMap { $0["problem"] } == [
                "status 500", "status 301", "connection_failed", "status 429",
            ])
        #expect(!scene.log.lines.contains { "\($0)".contains("key=k") })
    }

    @Test("after six attempts an event is given up and confirmed, and the next one has its turn")
    func givenUp() async throws {
        let receiver = ScriptedTransport(Array(repeating: .status(500), count: 6) + [.status(200)])
        try await scene.spend(800)
        try await scene.running(scene.notices(try scene.webhook(receiver))) {
            #expect(await scene.passTime { await isAllConfirmed() })
        }
        #expect(receiver.requests.count == 7)
        #expect(Set(receiver.requests.prefix(6).map { $0[field: "webhook-id"] }).count == 1)
        #expect(scene.log.lines.filter { $0.message == "A webhook is given up." }.count == 1)
        #expect(scene.log.lines.filter { $0["kind"] == "threshold" && $0.level == .notice }.count == 2)
    }

    @Test("a receiver that hangs is given up after half a minute, and delays neither logs nor the ledger")
    func hanging() async throws {
        let receiver = ScriptedTransport([.hang, .status(200), .status(200)])
        try await scene.spend(500)
        try await scene.running(scene.notices(try scene.webhook(receiver))) {
            #expect(await scene.passTime { receiver.requests.count == 1 })
            let start = scene.time.now()
            try await scene.spend(300)
            #expect(await scene.passTime { scene.log.lines.contains { $0["percent"] == "80" } })
            #expect(scene.time.now() - start <= .seconds(2))
            #expect(receiver.requests.count == 1)
            #expect(await scene.passTime { receiver.requests.count >= 2 })
            #expect(scene.time.now() - start >= .seconds(28))
            #expect(await scene.passTime { await isAllConfirmed() })
        }
        #expect(scene.log.lines.compactMap { $0["problem"] } == ["deadline_exceeded"])
    }

    @Test("what was not delivered when the process ends is told by the next one")
    func restarted() async throws {
        let receiver = ScriptedTransport([.hang, .status(200)])
        try await scene.spend(500)
        try await scene.running(scene.notices(try scene.webhook(receiver))) {
            #expect(await scene.passTime { receiver.requests.count == 1 })
        }
        #expect(try await scene.ledger.events(limit: 9).count == 1)
        try await scene.running(scene.notices(try scene.webhook(receiver))) {
            #expect(await scene.passTime { await isAllConfirmed() })
        }
        #expect(Set(receiver.requests.map { $0[field: "webhook-id"] }).count == 1)
    }

    @Test("a ledger that fails is told once, and asked again")
    func brokenLedger() async throws {
        let ledger = EventlessLedger(scene.ledger, failures: 5)
        try await scene.spend(500)
        try await scene.running(scene.notices(ledger: ledger)) {
            #expect(await scene.passTime { await isAllConfirmed() })
        }
        #expect(scene.log.lines.filter { $0.level == .error }.count == 1)
        #expect(scene.log.lines.filter { $0["kind"] == "threshold" }.count == 1)
    }
}

/// A ledger whose events can't be read for a while.
private final class EventlessLedger: Ledger {
    private let inner: MemoryLedger
    private let failures: Mutex<Int>

    init(_ inner: MemoryLedger, failures: Int) {
        self.inner = inner
        self.failures = Mutex(failures)
    }

    func events(limit: Int) async throws -> [BudgetEvent] {
        let fails = failures.withLock { failures in
            failures -= 1
            return failures >= 0
        }
        if fails { throw Failure(.storage, "The disk is gone.") }
        return try await inner.events(limit: limit)
    }

    func reserve(_ hold: Hold) async throws { try await inner.reserve(hold) }
    func settle(_ settlement: Settlement) async throws -> Bool { try await inner.settle(settlement) }
    func enqueue(_ saving: Saving, onFailure: @escaping @Sendable (any Error) -> Void) {
        inner.enqueue(saving, onFailure: onFailure)
    }
    func renew(_ holds: [SortableID], until expiry: Timestamp) async throws {
        try await inner.renew(holds, until: expiry)
    }
    func attach(_ job: ProviderJob, to hold: SortableID) async throws {
        try await inner.attach(job, to: hold)
    }
    func openHold(of job: ProviderJob) async throws -> Hold? { try await inner.openHold(of: job) }
    func sweep(at time: Timestamp) async throws -> Int { try await inner.sweep(at: time) }
    func balances(of claims: [BudgetClaim]) async throws -> [Balance] { try await inner.balances(of: claims) }
    func confirm(_ event: SortableID) async throws { try await inner.confirm(event) }
    func calibrations() async throws -> [Calibration] { try await inner.calibrations() }
    func report(_ query: ReportQuery) async throws -> Report { try await inner.report(query) }
}
