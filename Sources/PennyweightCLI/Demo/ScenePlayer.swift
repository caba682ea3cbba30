#if Gateway
internal import HTTPTypes
internal import Logging
internal import PennyweightJSON
internal import PennyweightPipeline
internal import PennyweightTime

/// Plays a scene over real HTTP, as any client of the gateway would.
struct ScenePlayer: Sendable {
    let transport: any Transport
    /// Host and port of the gateway.
    let authority: String
    let time: any TimeSource
    let random: any RandomSource

    /// What one step brought.
    struct Result: Sendable {
        var step: Scene.Step
        var status: Int
        /// `hit`, `coalesced`, `miss`, or `-` where there is no cache.
        var cache: String
        /// US dollars as exact text; nil if the answer doesn't say.
        var cost: String?
        var saved: String?
        var attempts: String
        var milliseconds: Int64
        /// The message of an error answer.
        var message: String?
    }

    /// The most that one answer of the scene may have.
    private static let answerLimitBytes = 16 << 20

    /// Plays a step; twice at the same time if it has a twin. The call that was paid for comes first.
    func playAll(_ step: Scene.Step) async throws -> [Result] {
        guard let twin = step.twin else { return [try await play(step)] }
        async let one = play(step)
        async let other = play(step)
        var results = try await [one, other].sorted { $0.cache == "miss" && $1.cache != "miss" }
        results[1].step.title = twin
        return results
    }

    func play(_ step: Scene.Step) async throws -> Result {
        let start = time.instant()
        let response = try await transport.send(request(for: step), context: context())
        let body = try await response.body.collect(upTo: ScenePlayer.answerLimitBytes)
        let fields = Fields(head: response.head, body: body)
        return Result(
            step: step, status: response.status.code, cache: fields.cache, cost: fields["x-pennyweight-cost"],
            saved: fields["x-pennyweight-saved"], attempts: fields["x-pennyweight-attempts"] ?? "-",
            milliseconds: (time.instant() - start).milliseconds,
            message: response.status.code < 400 ? nil : ScenePlayer.message(in: body))
    }

    /// Asks the simulated provider, or the gateway, for a JSON document.
    func document(at path: String, authority: String) async throws -> JSONDocument {
        var request = Request(.get, path)
        request.head.scheme = "http"
        request.head.authority = authority
        let response = try await transport.send(request, context: context())
        return try JSONDocument(await response.body.collect(upTo: ScenePlayer.answerLimitBytes))
    }

    private func request(for step: Scene.Step) -> Request {
        var request = Request(.post, "/openai/v1" + step.path, body: Body(step.body.bytes))
        request.head.scheme = "http"
        request.head.authority = authority
        request.head.headerFields[.authorization] = "Bearer any"
        if let fault = step.fault, let name = HTTPField.Name("x-simulate") {
            request.head.headerFields[name] = fault
        }
        if let pace = step.pace, let name = HTTPField.Name("x-simulate-pace-ms") {
            request.head.headerFields[name] = "\(pace.milliseconds)"
        }
        return request
    }

    private func context() -> Context {
        Context(
            id: SortableID(time: SystemTime(), random: SystemRandom()),
            logger: Logger(label: "scene") { _ in SwiftLogNoOpLogHandler() })
    }

    private static func message(in body: [UInt8]) -> String? {
        (try? JSONDocument(body))?.root["error"]?["message"]?.string
    }
}

/// The answer's own header fields, and those that a stream has as comments at its end.
private struct Fields {
    private let head: HTTPResponse
    private let comments: [String: String]

    init(head: HTTPResponse, body: [UInt8]) {
        self.head = head
        var comments: [String: String] = [:]
        for line in body.split(separator: UInt8(ascii: "\n")) where line.starts(with: ": x-".utf8) {
            let parts = String(decoding: line.dropFirst(2), as: UTF8.self).split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            comments[String(parts[0])] = String(parts[1].drop { $0 == " " })
        }
        self.comments = comments
    }

    subscript(name: String) -> String? {
        HTTPField.Name(name).flatMap { head.headerFields[$0] } ?? comments[name]
    }

    var cache: String {
        guard let status = self["cache-status"] else { return "-" }
        if status.contains("; collapsed") { return "coalesced" }
        return status.contains("; hit") ? "hit" : "miss"
    }
}
#endif
