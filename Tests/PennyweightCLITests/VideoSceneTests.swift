#if Gateway
import HTTPTypes
import Logging
import PennyweightAsyncHTTPClient
import PennyweightGateway
import PennyweightJSON
import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightSQLite
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightCLI

@Suite("Videos, over real HTTP", .timeLimit(.minutes(5)))
struct VideoSceneTests {
    /// A simulated provider, a data directory, and as many gateways after another as a test wants.
    private struct Stage: Sendable {
        let provider: SimulatedProvider
        let directory: String
        let transport: HTTPClientTransport

        /// Runs a gateway process's worth in this one.
        func gateway(_ work: @escaping @Sendable (Caller) async throws -> Void) async throws {
            let configuration = try await GatewayConfiguration.read(
                file: nil, environment: [:],
                overrides: [
                    "port": "0", "data": directory, "logLevel": "critical", "budget.usd": "100",
                    "upstream.baseURL": provider.baseURL, "upstream.key": "any",
                ])
            let (opened, listening) = AsyncStream<Server.Addresses>.makeStream()
            let server = Server(configuration) { addresses in
                listening.yield(addresses)
                listening.finish()
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    defer { listening.finish() }
                    try await server.run()
                }
                for await addresses in opened {
                    do {
                        try await work(
                            Caller(transport: transport, authority: "127.0.0.1:\(addresses.port)"))
                    } catch {
                        await addresses.shutDown()
                        throw error
                    }
                    await addresses.shutDown()
                }
                try await group.waitForAll()
            }
        }

        func report() async throws -> Report {
            let ledger = try SQLiteLedger.open(
                at: directory + "/ledger.sqlite", access: .reading, time: SystemTime())
            let report = try await ledger.report(ReportQuery(by: .model))
            await ledger.close()
            return report
        }
    }

    /// Calls a gateway as any client does.
    private struct Caller: Sendable {
        let transport: HTTPClientTransport
        let authority: String

        func send(_ method: HTTPRequest.Method, _ path: String, _ body: String = "", type: String? = nil)
            async throws -> (status: Int, body: [UInt8], cost: String?)
        {
            var request = Request(method, "/v1" + path, body: Body(body))
            request.head.scheme = "http"
            request.head.authority = authority
            if let type { request.head.headerFields[.contentType] = type }
            let context = Context(
                id: SortableID(time: SystemTime(), random: SystemRandom()), logger: .init(label: "test"))
            let response = try await transport.send(request, context: context)
            let name = try #require(HTTPField.Name("x-pennyweight-cost"))
            return (
                response.status.code, try await response.body.collect(upTo: 1 << 20),
                response.head.headerFields[name]
            )
        }

        /// Asks for a video; returns the job's id.
        func create(_ body: String, type: String? = nil) async throws -> String {
            let answer = try await send(.post, "/videos", body, type: type)
            #expect(answer.status == 200)
            return try #require(JSONDocument(answer.body).root["id"]?.string)
        }

        /// Polls a job to its end; returns its last status, and what the answers said it cost.
        func poll(_ id: String) async throws -> (status: String?, costs: [String]) {
            var costs: [String] = []
            for _ in 1...20 {
                let answer = try await send(.get, "/videos/\(id)")
                if let cost = answer.cost { costs.append(cost) }
                let status = try JSONDocument(answer.body).root["status"]?.string
                if status == "completed" || status == "failed" { return (status, costs) }
            }
            return (nil, costs)
        }
    }

    private func withStage(_ work: @Sendable (Stage) async throws -> Void) async throws {
        let provider = SimulatedProvider(prices: try PriceBook.shipped(), time: SystemTime())
        try await provider.start()
        let transport = HTTPClientTransport()
        let stage = Stage(provider: provider, directory: temporaryDirectory(), transport: transport)
        do {
            try await work(stage)
        } catch {
            await provider.stop()
            try await transport.shutdown()
            throw error
        }
        await provider.stop()
        try await transport.shutdown()
    }

    private static let question =
        #"{"model":"sora-2-pro","prompt":"a metal","seconds":"8","size":"1024x1792"}"#

    @Test("a video is charged what the provider bills, once, when it is done")
    func charged() async throws {
        try await withStage { stage in
            try await stage.gateway { caller in
                let id = try await caller.create(Self.question)
                #expect(try await stage.report().openHolds == 1)
                let end = try await caller.poll(id)
                #expect(end.status == "completed" && end.costs == ["4"])
                #expect(try await caller.poll(id).costs == [])
                let content = try await caller.send(.get, "/videos/\(id)/content")
                #expect(content.status == 200)
                #expect(content.body.dropFirst(4).starts(with: "ftyp".utf8))
            }
            let report = try await stage.report()
            #expect(report.total.charged == stage.provider.billed)
            #expect(report.total.charged > .zero)
            #expect(report.openHolds == 0 && report.total.unknown == 0)
        }
    }

    @Test("a gateway that restarts between the job and its end settles it all the same; a failed one is free")
    func restarted() async throws {
        try await withStage { stage in
            let ids = Ids()
            try await stage.gateway { caller in
                await ids.add(try await caller.create(Self.question))
                await ids.add(
                    try await caller.create(
                        #"{"model":"sora-2","prompt":"p","seconds":"4","size":"720x1280","#
                            + #""x-simulate":"failed"}"#))
            }
            #expect(try await stage.report().openHolds == 2)
            try await stage.gateway { caller in
                let ids = await ids.all
                let statuses = try await withThrowingTaskGroup(of: String?.self) { group in
                    for id in ids + ids { group.addTask { try await caller.poll(id).status } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(
                    statuses.compactMap(\.self).sorted() == ["completed", "completed", "failed", "failed"])
            }
            let report = try await stage.report()
            #expect(report.total.charged == stage.provider.billed)
            #expect(report.openHolds == 0)
        }
    }

    @Test("a video that is removed before anybody asked for its end is charged exactly, if it was done")
    func removed() async throws {
        try await withStage { stage in
            try await stage.gateway { caller in
                let id = try await caller.create(Self.question)
                // The provider moves a job on with each look: two of them, unseen by the gateway.
                for _ in 1...2 {
                    var request = Request(.get, "/v1/videos/\(id)")
                    request.head.scheme = "http"
                    request.head.authority = "127.0.0.1:\(stage.provider.port)"
                    request.head.headerFields[.authorization] = "Bearer any"
                    let context = Context(
                        id: SortableID(time: SystemTime(), random: SystemRandom()),
                        logger: .init(label: "test"))
                    let answer = try await stage.transport.send(request, context: context)
                    _ = try await answer.body.collect(upTo: 1 << 20)
                }
                #expect(try await caller.send(.delete, "/videos/\(id)").status == 200)
            }
            let report = try await stage.report()
            #expect(report.total.charged == stage.provider.billed)
            #expect(report.openHolds == 0)
        }
    }

    private actor Ids {
        private(set) var all: [String] = []
        func add(_ id: String) { all.append(id) }
    }

    private func temporaryDirectory() -> String {
        "/tmp/pennyweight-\(SortableID(time: SystemTime(), random: SystemRandom()))"
    }
}
#endif
