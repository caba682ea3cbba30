import HTTPTypes
import Logging
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Synchronization
import Testing

/// What the tests of all stages need.
enum Stages {
    static let callID = SortableID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0001)

    static func context(
        account: String = "default", deadline: MonotonicInstant? = nil, logger: Logger = Logger(label: "test")
    ) -> Context {
        var context = Context(id: callID, logger: logger, deadline: deadline)
        context.account = account
        return context
    }

    static func post(_ text: String = "{}") -> Request {
        Request(.post, "/chat/completions", body: Body(text))
    }

    static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    static func text(_ body: Body) async throws -> String {
        String(decoding: try await body.collect(upTo: 1 << 20), as: UTF8.self)
    }

    /// Gives other tasks their turn until something is true; gives up after a while.
    static func eventually(_ condition: () -> Bool) async -> Bool {
        for _ in 0..<200_000 {
            if condition() { return true }
            await Task.yield()
        }
        return condition()
    }
}

/// What happened, in order, from any task.
final class StageLog: Sendable {
    private let state = Mutex<[String]>([])

    var events: [String] { state.withLock { $0 } }

    func add(_ event: String) { state.withLock { $0.append(event) } }

    func count(of event: String) -> Int { events.filter { $0 == event }.count }
}

extension Error {
    /// The code of a failure, or `CancellationError`, for a test to compare.
    var stageCode: String {
        if let failure = self as? Failure { return failure.code.description }
        return self is CancellationError ? "CancellationError" : "other"
    }
}

/// The code of what the work throws; nil if it returns.
func stageError(_ work: () async throws -> Void) async -> String? {
    do {
        try await work()
        return nil
    } catch {
        return error.stageCode
    }
}

/// Expects that the work throws a failure of this code, or `CancellationError`.
func expect(
    _ code: String, sourceLocation: SourceLocation = #_sourceLocation, _ work: () async throws -> Void
) async {
    let thrown = await stageError(work)
    #expect(thrown == code, sourceLocation: sourceLocation)
}
