import FoundationEssentials
import HTTPTypes
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import PennyweightSQLite
import PennyweightTesting
import PennyweightTime
import Synchronization
import Testing

/// Asks the real stages over a real file, call by call, and compares with the model.
final class CacheTrial {
    /// What came of a trial.
    struct Tally: CustomStringConvertible {
        var requests = 0
        var hits = 0
        var upstreamCalls = 0
        var coalesced = 0
        var failures = 0
        var purges = 0
        var restarts = 0
        /// Answers to another question, too old ones, or ones that must not have been kept.
        var wrong = 0
        /// Upstream calls for what the model still had.
        var paidTwice = 0

        var description: String {
            "\(requests) requests: \(hits) hits, \(coalesced) coalesced, \(upstreamCalls) upstream calls, "
                + "\(failures) failed as they had to, \(purges) purges, \(restarts) restarts; "
                + "wrong answers \(wrong), paid twice \(paidTwice)"
        }
    }

    /// Where the tiers are so small that they forget, a repeat may be asked for again.
    let forgets: Bool
    private let random: SeededRandom
    private let directory: URL
    private let time = ManualTime()
    private let upstream = ReplyingTransport()
    private var background = BackgroundTasks(limit: 1_024)
    private var file: SQLiteCache
    private var store: TieredCache
    private var pipeline: Pipeline
    private var model = CacheModel()
    private var known: [Asked] = []
    private var texts = 0
    private(set) var tally = Tally()

    init(seed: UInt64, forgets: Bool) throws {
        self.forgets = forgets
        random = SeededRandom(seed: seed)
        directory = FileManager.default.temporaryDirectory
            .appending(path: "differential-\(SortableID(time: SystemTime(), random: SystemRandom()))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        (file, store, pipeline) = try CacheTrial.open(directory, forgets, time, background, upstream)
    }

    private static func open(
        _ directory: URL, _ forgets: Bool, _ time: ManualTime, _ background: BackgroundTasks,
        _ upstream: ReplyingTransport
    ) throws -> (SQLiteCache, TieredCache, Pipeline) {
        let file = try SQLiteCache.open(
            at: directory.appending(path: "cache.sqlite").path, limitBytes: forgets ? 256 << 10 : 4 << 30,
            time: time)
        let store = TieredCache(
            front: MemoryCache(limitBytes: forgets ? 32 << 10 : 8 << 20), back: file)
        var policy = CachePolicy()
        policy.timeToLive = CacheModel.timeToLive
        let pipeline = Pipeline(to: upstream) {
            UsageDisclosure()
            Cache(
                store: store, format: OpenAIFormat(), policy: policy, provider: "p", base: "b", ledger: nil,
                time: time, background: background)
        }
        return (file, store, pipeline)
    }

    func finish() async throws {
        await background.drain(within: .seconds(60), time: SystemTime())
        await file.close()
        try FileManager.default.removeItem(at: directory)
    }

    /// Does one thing at random: a call mostly.
    func step() async throws {
        time.advance(
            by: .milliseconds(Int64(random.next(below: random.next(below: 3_000) == 0 ? 700_000 : 100))))
        switch random.next(below: 2_000) {
        case 0: try await restart()
        case 1: try await purge()
        case 2...60: try await crowd()
        default: try await call()
        }
    }

    private func restart() async throws {
        tally.restarts += 1
        await background.drain(within: .seconds(60), time: SystemTime())
        await file.close()
        (file, store, pipeline) = try CacheTrial.open(directory, forgets, time, background, upstream)
    }

    private func purge() async throws {
        tally.purges += 1
        var selection = CacheSelection()
        switch random.next(below: 4) {
        case 0:
            let account = random.pick(Asked.accounts)
            selection.account = account
            model.remove { $0.account == account || $0.account.hasPrefix(account + "/") }
        case 1:
            let name = random.pick(["m", "M", "m-mini"])
            selection.model = ModelPattern(name)
            model.remove { $0.model == name }
        case 2:
            let route = random.pick(Asked.Route.allCases)
            selection.route = route.rawValue
            model.remove { $0.route == route }
        default:
            // A caller's own lies inside the configured one, which is "".
            let namespace = random.pick(["", "n"])
            selection.namespace = namespace.isEmpty ? "" : "/" + namespace
            model.remove { $0.namespace == namespace }
        }
        try await store.remove(selection)
    }

    /// A question that was asked before, one that is nearly one, or a new one.
    private func question() -> Asked {
        let asked: Asked
        switch known.isEmpty ? 9 : random.next(below: 10) {
        case 0...5: return random.pick(known)
        case 6...8: asked = random.pick(known).near(random)
        default: asked = Asked.any(random)
        }
        if known.count < 4_000 {
            known.append(asked)
        } else {
            known[Int(random.next(below: 4_000))] = asked
        }
        return asked
    }

    private func reply(to asked: Asked, stream: Bool, kind: Reply.Kind = .answer) -> Reply {
        texts += 1
        return Reply(kind: kind, route: asked.route, stream: stream, text: "This is answer number \(texts).")
    }

    private func directives() -> String? {
        switch random.next(below: 40) {
        case 0: "no-cache"
        case 1: "no-store"
        case 2: "max-age=\(random.next(below: 300))"
        case 3: "only-if-cached"
        default: nil
        }
    }

    private func kind() -> Reply.Kind {
        switch random.next(below: 30) {
        case 0: .serverError
        case 1: .refusal
        case 2: .cut
        default: .answer
        }
    }
}

extension CacheTrial {
    private func call() async throws {
        let (asked, stream, header, kind) = (question(), random.next(below: 2) == 0, directives(), kind())
        let reply = reply(to: asked, stream: stream, kind: kind)
        let directives = CacheDirectives(header)
        let stored = model.hit(asked, directives, at: time.now())
        let before = upstream.asked.withLock { $0.count }
        let answer = try await send(asked, reply, header)
        let wentUpstream = upstream.asked.withLock { $0.count } - before
        note(1, wentUpstream)
        if let stored {
            if wentUpstream == 0, answer == .said(stored) {
                tally.hits += 1
                return
            }
            guard forgets else {
                tally.paidTwice += wentUpstream
                return wrong(asked, "\(answer) instead of \(stored)", header)
            }
            // It has forgotten.
        }
        guard !directives.onlyIfCached else {
            return answer == .status(504) && wentUpstream == 0 ? () : wrong(asked, "\(answer)", header)
        }
        if stored == nil, wentUpstream != 1 { return wrong(asked, "\(answer) without asking", header) }
        switch (kind, answer) {
        case (.answer, .said(reply.text)):
            if !directives.noStore { model.keep(reply.text, for: asked, at: time.now()) }
        case (.serverError, .status(500)), (.refusal, .status(400)), (.cut, .broken): tally.failures += 1
        default: wrong(asked, "\(answer) instead of \(reply)", header)
        }
    }

    /// Several at once, of one to three questions.
    private func crowd() async throws {
        let questions = (0...random.next(below: 3)).map { _ in question() }
        let calls = (0..<2 + random.next(below: 12)).map { _ in
            let asked = random.pick(questions)
            return (asked: asked, reply: reply(to: asked, stream: random.next(below: 2) == 0))
        }
        let before = upstream.asked.withLock { $0.count }
        let requests = calls.map { ($0.asked.request(stream: $0.reply.stream, directives: nil, random)) }
        let contexts = calls.map { $0.asked.context($0.reply, random) }
        let pipeline = pipeline
        let tasks = calls.indices.map { index in
            Task { [call = calls[index], request = requests[index], context = contexts[index]] in
                try await CacheTrial.answer(pipeline, request, context, call.reply)
            }
        }
        var answers: [Answer] = []
        for task in tasks { answers.append(try await task.value) }
        let sent = upstream.asked.withLock { Array($0[before...]) }
        note(calls.count, sent.count)
        for asked in Set(calls.map(\.asked)) {
            let own = calls.indices.filter { calls[$0].asked == asked }
            let paid = own.filter { sent.contains(calls[$0].reply.text) }
            let stored = model.hit(asked, CacheDirectives(nil), at: time.now())
            if paid.count > 1 || (!paid.isEmpty && stored != nil && !forgets) {
                tally.paidTwice += paid.count
            }
            guard let text = paid.first.map({ calls[$0].reply.text }) ?? stored else {
                return wrong(asked, "nobody asked", nil)
            }
            for index in own where answers[index] != .said(text) {
                wrong(asked, "\(answers[index]) instead of \(text), together with others", nil)
            }
            if paid.isEmpty { tally.hits += own.count } else { tally.coalesced += own.count - 1 }
            model.keep(text, for: asked, at: paid.isEmpty ? model.table[asked]!.at : time.now())
        }
    }

    private func note(_ requests: Int, _ upstreamCalls: Int) {
        tally.requests += requests
        tally.upstreamCalls += upstreamCalls
    }

    private func wrong(_ asked: Asked, _ what: String, _ header: String?) {
        tally.wrong += 1
        guard tally.wrong < 5 else { return }
        Issue.record("seed \(random.seed), request \(tally.requests), \(header ?? ""): \(what) for \(asked)")
    }

    /// What a caller sees.
    enum Answer: Sendable, Equatable {
        case said(String)
        case status(Int)
        /// An answer that is none: neither an error nor whole.
        case garbage(String)
        case broken
    }

    private func send(_ asked: Asked, _ reply: Reply, _ header: String?) async throws -> Answer {
        let request = asked.request(stream: reply.stream, directives: header, random)
        return try await CacheTrial.answer(pipeline, request, asked.context(reply, random), reply)
    }

    private static func answer(
        _ pipeline: Pipeline, _ request: Request, _ context: Context, _ reply: Reply
    ) async throws -> Answer {
        do {
            let response = try await pipeline.send(request, context: context)
            let bytes = try await response.body.collect(upTo: 1 << 20)
            guard response.status == .ok else { return .status(response.status.code) }
            return Said.text(bytes, reply.route, stream: reply.stream).map { .said($0) }
                ?? .garbage(String(decoding: bytes, as: UTF8.self))
        } catch is Failure {
            return .broken
        }
    }
}
