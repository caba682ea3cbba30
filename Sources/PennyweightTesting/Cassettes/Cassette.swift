public import PennyweightPipeline
private import Synchronization

/// A transport that records real exchanges once, into a text file, and replays them offline.
///
/// ```swift
/// let pipeline = try Pipeline.cassette("weather", recording: live) {
///     Retry(policy, time: time, random: random)
/// }
/// ```
///
/// Calls are told apart as the cache tells them apart: by method, path with query, the header fields that
/// change an answer, and the canonical form of the body; of a form, the parts without their boundary. Unlike
/// a cache it keeps `stream` apart from plain, and the second of two equal calls gets the second answer that
/// was recorded (a job that is polled makes progress); after the last one it repeats that.
///
/// Statuses are answers and are recorded; an exchange that broke off is not. Credentials are never in the
/// file: of the header fields only those in ``CassetteExchange/keptFields`` are kept, and what looks like a
/// provider's key, or is listed in `secrets`, is replaced in paths, fields and bodies before anything is
/// compared or written.
///
/// Throws a `Failure` `invalid_request` for a call that is not recorded, saying where it differs from the
/// nearest one that is; `storage` if the file can't be read or written; `body_too_large` beyond
/// ``Cassette/maximumBodyBytes``. Cancelling a call that is being recorded cancels it upstream and records
/// nothing.
public final class Cassette: Transport {
    /// Whether calls are recorded or replayed.
    public enum Mode: String, Sendable, Hashable, CaseIterable {
        /// Replays if the file is there, and records all calls if it is not.
        case once
        /// Records all calls, in place of what the file holds.
        case record
        /// Replays; without the file every call fails.
        case replay
    }

    /// The largest body of a request or an answer that is recorded: 64 MiB.
    public static let maximumBodyBytes = 64 << 20

    private struct State {
        /// In the order in which the calls began; nil while the answer is under way, or if it broke off.
        var exchanges: [CassetteExchange?] = []
        /// Where the exchanges of one identity are, and how many of them were replayed.
        var positions: [[UInt8]: [Int]] = [:]
        var played: [[UInt8]: Int] = [:]

        mutating func add(_ exchange: CassetteExchange) {
            positions[exchange.asked.identity, default: []].append(exchanges.count)
            exchanges.append(exchange)
        }

        mutating func next(_ identity: [UInt8]) -> CassetteExchange? {
            guard let all = positions[identity] else { return nil }
            let number = min(played[identity, default: 0], all.count - 1)
            played[identity] = number + 1
            return exchanges[all[number]]
        }
    }

    /// Where the recording is.
    public let path: String
    private let upstream: (any Transport)?
    private let isRecording: Bool
    private let scrub: CassetteScrub
    private let state: Mutex<State>

    /// Opens the recording at a path.
    ///
    /// `upstream` answers what is recorded; without one nothing can be. `secrets` are texts that must not
    /// stand in the file; those of fewer than 4 bytes are refused, as they would be found everywhere.
    public init(
        at path: String, recording upstream: (any Transport)? = nil, mode: Mode = .once,
        secrets: [String] = []
    ) throws {
        self.path = path
        self.upstream = upstream
        scrub = try CassetteScrub(secrets: secrets)
        let text = mode == .record ? nil : try CassetteFile(path).read()
        isRecording = text == nil && mode != .replay
        var state = State()
        if let text {
            for exchange in try CassetteText.parse(text, file: path) { state.add(exchange) }
        }
        self.state = Mutex(state)
    }

    /// How many exchanges are recorded.
    public var count: Int { state.withLock { $0.exchanges.count { $0 != nil } } }

    public func send(_ request: Request, context: Context) async throws -> Response {
        let body = try await request.body.collect(upTo: Cassette.maximumBodyBytes)
        let asked = scrub.scrubbed(CassetteExchange.Asked(request.head, body: body))
        guard isRecording else { return try replay(asked) }
        guard let upstream else {
            throw Failure(
                .invalidRequest, "There is no recording at '\(path)', and no transport to make one with.",
                wasNeverSent: true)
        }
        let slot = state.withLock { state in
            state.exchanges.append(nil)
            return state.exchanges.count - 1
        }
        var sent = request
        sent.body = Body(body)
        let response = try await upstream.send(sent, context: context)
        let answer = try await response.body.collect(upTo: Cassette.maximumBodyBytes)
        let exchange = CassetteExchange(
            asked: asked, answered: scrub.scrubbed(CassetteExchange.Answered(response.head, body: answer)))
        try keep(exchange, at: slot)
        return exchange.answered.response
    }

    /// Writes the file anew with every exchange: a test that breaks off leaves what it had.
    private func keep(_ exchange: CassetteExchange, at slot: Int) throws {
        try state.withLock { state in
            state.exchanges[slot] = exchange
            try CassetteFile(path).write(CassetteText.text(of: state.exchanges.compactMap { $0 }))
        }
    }

    private func replay(_ asked: CassetteExchange.Asked) throws -> Response {
        let (found, recorded) = state.withLock { state in (state.next(asked.identity), state.exchanges) }
        if let found { return found.answered.response }
        throw Failure(
            .invalidRequest,
            CassetteDifference.problem(of: asked, recorded: recorded.compactMap { $0 }, file: path),
            wasNeverSent: true)
    }
}
