import HTTPTypes
import Logging
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime

/// What a test needs to send one request.
enum Calls {
    static func context() -> Context {
        Context(
            id: SortableID(high: 1, low: 2), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    static func chat(_ json: String) -> Request { Request(.post, "/chat/completions", body: Body(json)) }

    static func head(_ status: Int = 200, _ contentType: String? = nil) -> HTTPResponse {
        var head = HTTPResponse(status: .init(code: status))
        head.headerFields[.contentType] = contentType
        return head
    }

    static func text(_ body: Body) async throws -> String {
        String(decoding: try await body.collect(upTo: 10_000_000), as: UTF8.self)
    }
}
