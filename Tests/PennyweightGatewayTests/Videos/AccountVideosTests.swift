import HTTPTypes
import PennyweightJSON
import PennyweightLedger
import PennyweightMiddleware
import PennyweightTime
import Synchronization
import Testing

@testable import PennyweightGateway

@Suite("AccountVideos", .timeLimit(.minutes(5)))
struct AccountVideosTests {
    private let ledger = MemoryLedger(limit: 10_000)

    private func start(_ ids: [String], for account: String = "acme") async throws {
        for id in ids {
            let serial = UInt64(ledger.openHolds.count + 1)
            let hold = Hold(
                id: SortableID(high: serial, low: 0), callID: SortableID(high: serial, low: 1), attempt: 1,
                subject: Subject(account: account, provider: "openai", model: "sora-2", route: "/videos"),
                upperBound: nil, openedAt: Timestamp(seconds: 0), expiresAt: Timestamp(seconds: 9))
            try await ledger.reserve(hold)
            try await ledger.attach(ProviderJob(provider: "openai", id: id), to: hold.id)
        }
    }

    private func list(_ query: String = "", account: String = "acme", without gone: Set<String> = [])
        async throws -> (ids: [String], list: JSONValue)
    {
        let videos = AccountVideos(jobs: ledger, provider: "openai", account: account)
        let list = try await videos.list(VideoPage(target: "/videos?" + query)) { id in
            gone.contains(id) ? nil : .object([.init("id", .text(id))])
        }
        guard case .array(let data) = list["data"] else { return ([], list) }
        return (data.compactMap { try? JSONDocument($0.bytes).root["id"]?.string }, list)
    }

    @Test("the account's own and those below are listed, the newest first, in OpenAI's shape")
    func own() async throws {
        try await start(["a"])
        try await start(["x"], for: "other")
        try await start(["b"], for: "acme/search")
        let (ids, list) = try await list()
        #expect(ids == ["b", "a"])
        #expect(list["object"] == .text("list") && list["has_more"] == .bool(false))
        #expect(list["first_id"] == .text("b") && list["last_id"] == .text("a"))
        #expect(try await self.list("order=asc").ids == ["a", "b"])
        #expect(try await self.list(account: "acme/search").ids == ["b"])
    }

    @Test("nobody's list is empty, and has null ids")
    func empty() async throws {
        let (ids, list) = try await list()
        #expect(ids.isEmpty && list["first_id"] == .null && list["last_id"] == .null)
        #expect(list["has_more"] == .bool(false))
    }

    @Test("pages follow each other by the last id")
    func pages() async throws {
        try await start((0..<5).map { "v\($0)" })
        let first = try await list("limit=2")
        #expect(first.ids == ["v4", "v3"] && first.list["has_more"] == .bool(true))
        let second = try await list("limit=2&after=v3")
        #expect(second.ids == ["v2", "v1"] && second.list["has_more"] == .bool(true))
        let third = try await list("limit=2&after=v1")
        #expect(third.ids == ["v0"] && third.list["has_more"] == .bool(false))
    }

    @Test("what the provider has no more is passed over, and the page is filled")
    func gone() async throws {
        try await start((0..<6).map { "v\($0)" })
        let page = try await list("limit=2", without: ["v5", "v4", "v2"])
        #expect(page.ids == ["v3", "v1"] && page.list["has_more"] == .bool(true))
        #expect(try await list("limit=2&after=v1").ids == ["v0"])
        #expect(try await list("limit=3", without: ["v0", "v1", "v2", "v3", "v4", "v5"]).ids == [])
    }

    @Test("a page that finds nothing within its reach tells where to go on")
    func reach() async throws {
        let ids = (0..<300).map { "v\($0)" }
        try await start(ids)
        let page = try await list("limit=100", without: Set(ids))
        #expect(page.ids.isEmpty && page.list["has_more"] == .bool(true))
        #expect(page.list["last_id"] == .text("v100"))
    }

    @Test("a page never begins after another account's video")
    func foreignCursor() async throws {
        try await start(["x"], for: "other")
        for after in ["x", "nosuch"] {
            await #expect(throws: Refusal.self) { try await list("after=\(after)") }
        }
    }

    @Test("wrong parameters are named", arguments: ["limit=101", "limit=-1", "limit=x", "order=up"])
    func parameters(query: String) {
        #expect {
            try VideoPage(target: "/videos?" + query)
        } throws: {
            ($0 as? Refusal)?.status == .badRequest
        }
    }

    @Test("a bounded number is fetched at once, and an error ends the list")
    func concurrency() async throws {
        try await start((0..<40).map { "v\($0)" })
        let counts = Counts()
        let videos = AccountVideos(jobs: ledger, provider: "openai", account: "acme")
        _ = try await videos.list(VideoPage(target: "/videos?limit=40")) { id in
            counts.value.withLock {
                $0.running += 1
                $0.most = max($0.most, $0.running)
            }
            await Task.yield()
            counts.value.withLock { $0.running -= 1 }
            return .text(id)
        }
        #expect(counts.value.withLock { $0.most } <= AccountVideos.fetchesAtOnce)
        await #expect(throws: CancellationError.self) {
            _ = try await videos.list(VideoPage(target: "/videos")) { _ in throw CancellationError() }
        }
    }

    private final class Counts: Sendable {
        let value = Mutex((running: 0, most: 0))
    }
}
