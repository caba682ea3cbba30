import PennyweightLedger
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightSQLite

@Suite("Events of budgets, with several openings of one ledger")
struct EventOwnerTests {
    private let time = ManualTime()

    private func hold(_ serial: UInt64, _ budgets: [Budget]) -> Hold {
        let subject = Subject(account: "acme", provider: "openai", model: "m", route: "/videos")
        let now = time.now()
        return Hold(
            id: SortableID(high: serial, low: 0), callID: SortableID(high: serial, low: 1), attempt: 1,
            subject: subject, upperBound: Money(picos: 10),
            claims: budgets.compactMap { $0.claim(on: subject, at: now) }, openedAt: now,
            expiresAt: now + .seconds(600))
    }

    @Test("only the opening that made an event tells it")
    func own() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.newFile()
        let one = try SQLiteLedger.open(at: path, time: time)
        let other = try SQLiteLedger.open(at: path, time: time)
        let budget = Budget(name: "none", limit: .zero)
        await #expect(throws: (any Error).self) { try await one.reserve(hold(1, [budget])) }
        #expect(try await other.events(limit: 10).isEmpty)
        #expect(try await one.events(limit: 10).map(\.budget) == ["none"])
        // The second refusal makes no second event, whoever refuses.
        await #expect(throws: (any Error).self) { try await other.reserve(hold(2, [budget])) }
        #expect(try await other.events(limit: 10).isEmpty)
        let event = try #require(try await one.events(limit: 10).first)
        try await one.confirm(event.id)
        #expect(try await one.events(limit: 10).isEmpty)
        await one.close()
        #expect(try await other.events(limit: 10).isEmpty)
        await other.close()
    }

    @Test("what a dead opening left is told by one of those that live")
    func takenOver() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.newFile()
        let dead = try SQLiteLedger.open(at: path, time: time)
        let heirs = try (0..<3).map { _ in try SQLiteLedger.open(at: path, time: time) }
        await #expect(throws: (any Error).self) {
            try await dead.reserve(hold(1, [Budget(name: "none", limit: .zero)]))
        }
        await dead.close()
        let told = try await withThrowingTaskGroup(of: Int.self) { group in
            for heir in heirs { group.addTask { try await heir.events(limit: 10).count } }
            return try await group.reduce(0, +)
        }
        #expect(told == 1)
        // It stays with who took it.
        var again = 0
        for heir in heirs { again += try await heir.events(limit: 10).count }
        #expect(again == 1)
        // Who only reads sees it, and takes nothing.
        let reader = try SQLiteLedger.open(at: path, access: .reading, time: time)
        #expect(try await reader.events(limit: 10).count == 1)
        await reader.close()
        for heir in heirs { await heir.close() }
    }
}
