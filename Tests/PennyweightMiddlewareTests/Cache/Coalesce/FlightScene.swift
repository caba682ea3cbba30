import HTTPTypes
import PennyweightLedger
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Synchronization
import Testing

@testable import PennyweightMiddleware

/// What tests of single flight share: a cache scene, a gate in front of the upstream, and callers.
final class FlightScene: Sendable {
    static let events = ["data: fo\n\n", "data: ur\n\n", "data: [DONE]\n\n"]
    static let plain = #"{"text":"four"}"#

    let scene: CacheScene
    let cache: Cache
    /// How often the upstream was asked.
    let asked = Mutex(0)

    init(
        store: (any CacheStore)? = nil, leases: (any FlightLeases)? = nil,
        _ change: (inout CacheScene) -> Void = { _ in }
    ) {
        var scene = CacheScene()
        change(&scene)
        self.scene = scene
        cache = Cache(
            store: store ?? scene.memory, format: scene.format, policy: scene.policy, provider: "scripted",
            base: "http://127.0.0.1/v1", ledger: scene.ledger, time: scene.time,
            background: scene.background, leases: leases)
    }

    var askedCount: Int { asked.withLock { $0 } }
    var flights: Flights { cache.flights }

    /// The cache in front of an upstream that answers each request by a step.
    func pipeline(_ steps: [ScriptedTransport.Step]) -> Pipeline {
        let upstream = ScriptedTransport(steps)
        return Pipeline(to: upstream) {
            cache
            Counting(asked: { self.asked.withLock { $0 += 1 } })
            ReceiptStage(cost: .exact(Money(picos: 42_000_000)))
        }
    }

    static func request(stream: Bool, cacheControl: String? = nil) -> Request {
        CacheScene.chat(
            #"{"model":"m","messages":[]\#(stream ? #","stream":true"# : "")}"#, cacheControl: cacheControl)
    }

    /// A step that answers as the request asks, with a reader of the test's.
    static func answer(stream: Bool, _ reader: any BodyReader) -> ScriptedTransport.Step {
        .body(200, headers: [.contentType: stream ? "text/event-stream" : "application/json"]) { reader }
    }

    /// A reader of the usual answer.
    static func reader(stream: Bool, open: Int = .max) -> GatedReader {
        GatedReader(stream ? events : [String(plain.prefix(7)), String(plain.dropFirst(7))], open: open)
    }

    /// What a caller of a kind gets of an answer that came in a kind.
    static func expected(stream: Bool, of leader: Bool) -> String {
        switch (leader, stream) {
        case (true, true): events.joined()
        case (true, false): "four"
        case (false, false): plain
        case (false, true): "data: \(plain)\n\ndata: [DONE]\n\n"
        }
    }

    struct Answer: Sendable {
        let text: String
        let facts: Facts
        let status: Int
    }

    /// A call in a task of its own.
    func call(_ pipeline: Pipeline, stream: Bool, cacheControl: String? = nil) -> Task<Answer, any Error> {
        let context = scene.context()
        return Task {
            let request = FlightScene.request(stream: stream, cacheControl: cacheControl)
            let response = try await pipeline.send(request, context: context)
            let bytes = try await response.body.collect(upTo: 1 << 24)
            return Answer(
                text: String(decoding: bytes, as: UTF8.self), facts: response.facts,
                status: response.status.code)
        }
    }

    /// Waits until so many callers share the flights.
    func waitForCallers(_ count: Int) async -> Bool {
        await Stages.eventually { self.flights.callerCount >= count }
    }

    /// True once nothing is left of any flight.
    func isQuiet() async -> Bool {
        await Stages.eventually {
            self.flights.count == 0 && self.flights.byteCount == 0 && self.scene.background.count == 0
        }
    }
}

/// Notes each request that passes.
struct Counting: Middleware {
    let asked: @Sendable () -> Void
    var place: Place { .retry }

    func intercept(_ request: Request, context: Context, next: Next) async throws -> Response {
        asked()
        return try await next(request, context)
    }
}
