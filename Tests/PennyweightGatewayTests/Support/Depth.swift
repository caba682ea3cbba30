#if Gateway
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime

@testable import PennyweightGateway

/// How much of the server a test goes through: the same tests run at every depth.
enum Depth: CaseIterable, Sendable {
    /// The responder alone.
    case router
    /// HTTP over one loopback connection.
    case live
    /// HTTP through AsyncHTTPClient.
    case client

    private var setup: TestingSetup {
        switch self {
        case .router: .router
        case .live: .live
        case .client: .ahc()
        }
    }

    /// Runs a test against a gateway whose upstream answers by a script.
    func run(
        _ steps: [ScriptedTransport.Step] = [], limits: GatewayConfiguration.Limits = .init(),
        readiness: @escaping @Sendable () async throws -> Void = {},
        _ test: @Sendable (any TestClientProtocol, ScriptedTransport) async throws -> Void
    ) async throws {
        let upstream = ScriptedTransport(steps)
        var configuration = GatewayConfiguration(
            upstream: .init(provider: "scripted", baseURL: try BaseURL("http://127.0.0.1:1/v1")))
        configuration.limits = limits
        let gateway = Gateway(
            upstream: upstream, configuration: configuration, time: SystemTime(),
            random: SeededRandom(seed: 7),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), readiness: readiness)
        try await gateway.application.test(setup) { try await test($0, upstream) }
    }
}

extension TestClientProtocol {
    func post(_ path: String, _ body: String, _ headers: HTTPFields = [:]) async throws -> TestResponse {
        var headers = headers
        if headers[.contentType] == nil { headers[.contentType] = "application/json" }
        return try await execute(uri: path, method: .post, headers: headers, body: ByteBuffer(string: body)) {
            $0
        }
    }

    func get(_ path: String) async throws -> TestResponse {
        try await execute(uri: path, method: .get) { $0 }
    }
}

extension TestResponse {
    var text: String { String(buffer: body) }

    subscript(name: String) -> String? { headers[HTTPField.Name(name)!] }
}

/// A request that the gateway accepts.
let question = #"{"model":"m","messages":[{"role":"user","content":"hi"}],"seed":9223372036854775808}"#
#endif
