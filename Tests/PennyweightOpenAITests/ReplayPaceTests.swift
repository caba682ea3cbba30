import HTTPTypes
import Logging
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Synchronization
import Testing

@Suite("Replay at the recorded pace", .timeLimit(.minutes(5)))
struct ReplayPaceTests {
    private let time = ManualTime()
    private let random = SeededRandom(seed: 11)
    private let background = BackgroundTasks(limit: 8)
    private let memory = MemoryCache(limitBytes: 1 << 20)

    /// Hands a chunk on after each gap, by moving the clock.
    private final class TimedReader: BodyReader {
        private let chunks: Mutex<ArraySlice<(gap: Duration, text: String)>>
        private let time: ManualTime

        init(_ chunks: [(gap: Duration, text: String)], _ time: ManualTime) {
            self.chunks = Mutex(chunks[...])
            self.time = time
        }

        func read() async throws -> [UInt8]? {
            guard let next = chunks.withLock({ $0.popFirst() }) else { return nil }
            time.advance(by: next.gap)
            return Array(next.text.utf8)
        }

        func cancel() {}
    }

    private static func event(_ delta: String, _ finish: String = "null") -> String {
        let head = #"{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":"#
        let choice = #"[{"index":0,"delta":\#(delta),"finish_reason":\#(finish)}]}"#
        return "data: \(head)\(choice)\n\n"
    }

    /// Twenty words, at first fast, then slow, with a gap of a minute in the middle.
    private static let chunks: [(gap: Duration, text: String)] = {
        var chunks: [(gap: Duration, text: String)] = []
        chunks.append((.milliseconds(300), event(#"{"role":"assistant","content":""}"#)))
        for number in 0..<20 {
            let gap: Duration = number == 10 ? .seconds(60) : .milliseconds(number < 10 ? 20 : 100)
            chunks.append((gap, event(#"{"content":"w\#(number) "}"#)))
        }
        chunks.append((.zero, event("{}", #""stop""#)))
        chunks.append((.zero, "data: [DONE]\n\n"))
        return chunks
    }()

    private func pipeline(_ policy: CachePolicy = CachePolicy()) -> Pipeline {
        let upstream = ScriptedTransport([
            .body(200, headers: [.contentType: "text/event-stream"]) { [time] in
                TimedReader(Self.chunks, time)
            }
        ])
        return Pipeline(to: upstream) {
            Cache(
                store: memory, format: OpenAIFormat(), policy: policy, provider: "openai", base: "http://x",
                ledger: nil, time: time, background: background)
        }
    }

    private func send(
        _ pipeline: Pipeline, pace: String? = nil, stream: Bool = true, deadline: Duration? = nil
    ) async throws -> Response {
        var request = Request(
            .post, "/chat/completions",
            body: Body(#"{"model":"m","messages":[{"role":"user","content":"x"}],"stream":\#(stream)}"#))
        if let pace {
            request.head.headerFields[try #require(HTTPField.Name("X-Pennyweight-Replay-Pace"))] = pace
        }
        let context = Context(
            id: SortableID(time: time, random: random), logger: CapturedLog().logger,
            deadline: deadline.map { time.instant() + $0 })
        return try await pipeline.send(request, context: context)
    }

    /// Reads a body in virtual time: each chunk, and when it came.
    private func read(_ response: Response) async throws -> [(after: Duration, text: String)] {
        let start = time.instant()
        let arrived = Mutex<[(after: Duration, text: String)]>([])
        let isOver = Mutex(false)
        let task = Task { [time] in
            defer { isOver.withLock { $0 = true } }
            let reader = try response.body.makeReader()
            while let chunk = try await reader.read() {
                let text = String(decoding: chunk, as: UTF8.self)
                arrived.withLock { $0.append((time.instant() - start, text)) }
            }
        }
        while !isOver.withLock({ $0 }) {
            if time.sleeperCount > 0 { time.advance(by: .milliseconds(5)) } else { await Task.yield() }
        }
        try await task.value
        return arrived.withLock { $0 }
    }

    private func folded(_ chunks: [(after: Duration, text: String)]) throws -> [UInt8] {
        var folding = ChatFolding()
        for chunk in chunks { folding.consume(Array(chunk.text.utf8)) }
        let answer = folding.finish()
        return try #require(answer).body
    }

    @Test("a stream is replayed with the gaps with which it came, each at most ten seconds")
    func recorded() async throws {
        let pipeline = pipeline()
        let original = try await read(send(pipeline))
        let replay = try await read(send(pipeline, pace: "recorded"))
        #expect(try folded(replay) == folded(original))
        // 300 ms, 10 words in 20 ms each, a minute that becomes ten seconds, 9 words in 100 ms each.
        #expect(replay.count >= 15)
        #expect(replay.first?.after == .milliseconds(300))
        let last = try #require(replay.last)
        let whole: Duration = .milliseconds(11_400)
        #expect(last.after == whole)
        #expect(last.text.hasSuffix("[DONE]\n\n"))
        let moments: [Duration] = replay.map(\.after)
        let gaps: [Duration] = zip(moments.dropFirst(), moments).map { $0 - $1 }
        // What was cut otherwise may skip a word: a gap and the next one.
        #expect(gaps.filter { $0 > Duration.milliseconds(200) }.count == 1)
        let longest: Duration = gaps.max() ?? .zero
        #expect(longest >= .seconds(10) && longest <= .milliseconds(10_120))
        #expect(gaps.filter { $0 == Duration.milliseconds(100) }.count >= 5)
        #expect(gaps.filter { $0 == Duration.milliseconds(20) }.count >= 5)
    }

    @Test("without a word, and for who wants no stream, everything comes at once")
    func instant() async throws {
        let pipeline = pipeline()
        _ = try await read(send(pipeline))
        let asked: [(String?, Bool)] = [(nil, true), ("instant", true), ("recorded", false)]
        for (pace, stream) in asked {
            let replay = try await read(send(pipeline, pace: pace, stream: stream))
            #expect(replay.map(\.after) == [Duration.zero], "\(pace ?? "nil") \(stream)")
            #expect(try await send(pipeline, pace: pace, stream: stream).body.bytes != nil)
        }
        await #expect(throws: Failure.self) { try await send(pipeline, pace: "slow") }
    }

    @Test("the policy can ask for it, and the caller for none")
    func policy() async throws {
        var policy = CachePolicy()
        policy.defaults.pace = .recorded
        let pipeline = pipeline(policy)
        _ = try await read(send(pipeline))
        #expect(try await read(send(pipeline)).count > 10)
        #expect(try await read(send(pipeline, pace: "instant")).count == 1)
    }

    @Test("what is left comes before the call's deadline")
    func deadline() async throws {
        let pipeline = pipeline()
        let original = try await read(send(pipeline))
        let replay = try await read(send(pipeline, pace: "recorded", deadline: .seconds(2)))
        #expect(try folded(replay) == folded(original))
        #expect(try #require(replay.last).after == .milliseconds(1_900))
    }

    @Test("an answer that came plain has no pace, and one whose pace is damaged comes at once")
    func without() async throws {
        let pipeline = pipeline()
        _ = try await read(send(pipeline))
        let page = await memory.entries(CacheSelection(), after: nil, limit: 1)
        let key = try #require(page.entries.first?.key)
        for pace in [nil, [], [9], [1, 0x80]] as [[UInt8]?] {
            var entry = try #require(await memory.entry(for: key))
            entry.pace = pace
            await memory.store(entry, for: key)
            let replay = try await read(send(pipeline, pace: "recorded"))
            #expect(replay.map(\.after) == [Duration.zero])
        }
    }
}
