import HTTPTypes
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Synchronization
import Testing

@Suite("A passing answer", .timeLimit(.minutes(5)))
struct StoringReaderTests {
    private var scene = CacheScene()
    private static let events = ["data: fo\n\n", "data: ur\n\n", "data: [DONE]\n\n"]

    private func open(
        _ steps: [ScriptedReader.Step], length: Int? = nil, isStream: Bool = true,
        store: (any CacheStore)? = nil,
        scene other: CacheScene? = nil, onCancel: @escaping @Sendable () -> Void = {}
    ) async throws -> (reader: any BodyReader, storing: Storing) {
        let scene = other ?? scene
        let upstream = ScriptedTransport([
            .custom { _, _ in
                var response = Response(
                    .ok, body: Body(once: ScriptedReader(steps, onCancel: onCancel), length: length))
                response.head.headerFields[.contentType] = isStream ? "text/event-stream" : "application/json"
                return response
            }
        ])
        let response = try await scene.pipeline(upstream, store: store)
            .send(CacheScene.chat(), context: scene.context())
        let storing = try #require(response.facts.cache?.storing)
        return (try response.body.makeReader(), storing)
    }

    private func chunks(_ texts: [String]) -> [ScriptedReader.Step] { texts.map { .chunk(Array($0.utf8)) } }

    private func text(_ chunk: [UInt8]?) -> String? { chunk.map { String(decoding: $0, as: UTF8.self) } }

    @Test("a stream passes chunk by chunk, and is stored before its terminal event is handed on")
    func terminalEvent() async throws {
        let (reader, storing) = try await open(chunks(StoringReaderTests.events))
        for event in StoringReaderTests.events.dropLast() {
            #expect(text(try await reader.read()) == event)
            #expect(storing.result == nil)
        }
        #expect(text(try await reader.read()) == StoringReaderTests.events[2])
        #expect(storing.result == .stored)
        #expect(scene.memory.count == 1)
        #expect(try await reader.read() == nil)
        #expect(try await reader.read() == nil)
    }

    @Test("a stream serves callers of both kinds, and so does a plain answer")
    func bothKinds() async throws {
        let upstream = ScriptedTransport([
            CacheScene.stream { ScriptedReader(chunks: StoringReaderTests.events) }
        ])
        let pipeline = scene.pipeline(upstream)
        let streamed = CacheScene.chat(#"{"model":"m","messages":[],"stream":true}"#)
        #expect(try await scene.ask(pipeline, streamed).text == StoringReaderTests.events.joined())
        #expect(try await scene.ask(pipeline).text == "four")
        #expect(try await scene.ask(pipeline, streamed).text == "data: four\n\ndata: [DONE]\n\n")
        #expect(upstream.requests.count == 1)
    }

    @Test("without a terminal event the answer is stored before the end is handed on")
    func plainEnd() async throws {
        var scene = scene
        scene.format.seesEnd = false
        let (reader, storing) = try await open(chunks(StoringReaderTests.events), scene: scene)
        for _ in 0..<3 { _ = try await reader.read() }
        #expect(storing.result == nil)
        #expect(try await reader.read() == nil)
        #expect(storing.result == .stored)
    }

    @Test("an answer of known length is stored before its last byte is handed on")
    func knownLength() async throws {
        let (reader, storing) = try await open(chunks(["[1,", "2]"]), length: 5, isStream: false)
        _ = try await reader.read()
        #expect(storing.result == nil)
        #expect(text(try await reader.read()) == "2]")
        #expect(storing.result == .stored)
    }

    @Test("an answer that is longer than it said loses nothing")
    func tooLong() async throws {
        let (reader, storing) = try await open(chunks(["[1,2]", " ", " "]), length: 5, isStream: false)
        var all = ""
        while let chunk = try await reader.read() { all += text(chunk) ?? "" }
        #expect(all == "[1,2]  ")
        #expect(storing.result == .stored)
    }

    @Test("a cut stream is never stored")
    func cut() async throws {
        let lost = Failure(.connectionLost, "cut")
        let (reader, storing) = try await open(chunks(["data: fo\n\n"]) + [.fail(lost)])
        _ = try await reader.read()
        let thrown = await #expect(throws: Failure.self) { try await reader.read() }
        #expect(thrown?.code == .connectionLost)
        #expect(storing.result == .incomplete)
        #expect(scene.memory.count == 0)
    }

    @Test("a break after the terminal event is handed on, and nothing is stored")
    func breakAfterTerminal() async throws {
        let steps = chunks(StoringReaderTests.events) + [.fail(Failure(.connectionLost, "cut"))]
        let (reader, storing) = try await open(steps)
        for event in StoringReaderTests.events { #expect(text(try await reader.read()) == event) }
        await #expect(throws: Failure.self) { try await reader.read() }
        #expect(storing.result == .incomplete)
        #expect(scene.memory.count == 0)
    }

    @Test("an answer that ends without its terminal event is not stored", arguments: [true, false])
    func unproven(isStream: Bool) async throws {
        let (reader, storing) = try await open(chunks(["data: fo\n\n"]), isStream: isStream)
        while try await reader.read() != nil {}
        #expect(storing.result == .incomplete)
        #expect(scene.memory.count == 0)
    }

    @Test("an abandoned answer is not stored, and its upstream is cancelled")
    func abandoned() async throws {
        let cancellations = Mutex(0)
        do {
            let (reader, storing) = try await open(
                chunks(StoringReaderTests.events), onCancel: { cancellations.withLock { $0 += 1 } })
            _ = try await reader.read()
            reader.cancel()
            #expect(await Stages.eventually { storing.result == .incomplete })
        }
        #expect(await Stages.eventually { cancellations.withLock { $0 } == 1 })
        #expect(scene.memory.count == 0)
    }

    @Test("dropping the reader cancels upstream")
    func dropped() async throws {
        let cancellations = Mutex(0)
        var opened: (reader: any BodyReader, storing: Storing)? = try await open(
            chunks(StoringReaderTests.events), onCancel: { cancellations.withLock { $0 += 1 } })
        _ = try await opened?.reader.read()
        let storing = opened?.storing
        opened = nil
        #expect(await Stages.eventually { storing?.result == .incomplete })
        #expect(await Stages.eventually { cancellations.withLock { $0 } == 1 })
    }

    @Test(
        "an upstream that stays open after its last word holds nobody longer than the policy's patience"
    )
    func silentUpstream() async throws {
        let (reader, storing) = try await open(chunks(StoringReaderTests.events) + [.hang])
        for _ in 0..<2 { _ = try await reader.read() }
        async let last = reader.read()
        await scene.time.waitForSleepers()
        scene.time.advance(by: .milliseconds(500))
        #expect(text(try await last) == StoringReaderTests.events[2])
        #expect(storing.result == nil)
        reader.cancel()
        #expect(await Stages.eventually { storing.result == .incomplete })
    }

    @Test(
        "what comes after an upstream's long silence comes once, and the answer is stored", arguments: 0..<10)
    func lateEnd(round: Int) async throws {
        let silent = SilentReader(
            before: StoringReaderTests.events, silence: .seconds(2), after: [": bye\n\n"], time: scene.time)
        var keeper = scene
        keeper.format.ignoresComments = true
        keeper.format.seesEnd = false
        let length = StoringReaderTests.events.joined().utf8.count
        let upstream = ScriptedTransport([
            .custom { _, _ in
                let head = HTTPResponse(status: .ok, headerFields: [.contentType: "text/event-stream"])
                return Response(head: head, body: Body(once: silent, length: length))
            }
        ])
        let response = try await keeper.pipeline(upstream).send(CacheScene.chat(), context: scene.context())
        let reader = try response.body.makeReader()
        for _ in 0..<2 { _ = try await reader.read() }
        async let last = reader.read()
        await scene.time.waitForSleepers(2)
        scene.time.advance(by: .milliseconds(500))
        #expect(text(try await last) == StoringReaderTests.events[2])
        async let late = reader.read()
        for _ in 0..<100 { await Task.yield() }
        scene.time.advance(by: .seconds(2))
        #expect(text(try await late) == ": bye\n\n")
        #expect(try await reader.read() == nil)
        #expect(response.facts.cache?.storing?.result == .stored)
    }

    @Test("cancelling the caller while the end is read ahead ends the exchange")
    func cancelledAhead() async throws {
        let (reader, storing) = try await open(chunks(StoringReaderTests.events) + [.hang])
        let task = Task {
            var count = 0
            while try await reader.read() != nil { count += 1 }
            return count
        }
        await scene.time.waitForSleepers()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(await Stages.eventually { storing.result == .incomplete })
    }

    @Test("a slow store holds the end no longer than the policy's patience")
    func slowStore() async throws {
        let store = FaultyStore(.hangingWrite)
        let (reader, storing) = try await open(chunks(["[1]"]), isStream: false, store: store)
        _ = try await reader.read()
        async let end = reader.read()
        await scene.time.waitForSleepers()
        scene.time.advance(by: .milliseconds(500))
        #expect(try await end == nil)
        #expect(storing.result == nil)
        // The store's task, and the flight's, which lasts as long: who asks meanwhile is served by it.
        #expect(scene.background.count == 2)
        async let drained: Void = scene.background.drain(within: .seconds(1), time: scene.time)
        await scene.time.waitForSleepers()
        scene.time.advance(by: .seconds(1))
        await drained
        #expect(storing.result == .failed)
    }

    @Test("an answer beyond the bounds passes whole, and is not stored", arguments: [true, false])
    func tooLarge(isEntry: Bool) async throws {
        var scene = scene
        if isEntry { scene.policy.maximumEntryBytes = 4 } else { scene.policy.maximumAnswerBytes = 4 }
        let (reader, storing) = try await open(chunks(["[1,", "2]"]), isStream: false, scene: scene)
        #expect(text(try await reader.read()) == "[1,")
        #expect(text(try await reader.read()) == "2]")
        #expect(try await reader.read() == nil)
        #expect(storing.result == .tooLarge)
        #expect(scene.memory.count == 0)
    }

    @Test("an answer whose declared length is beyond the bound is not followed at all")
    func declaredTooLarge() async throws {
        var scene = scene
        scene.policy.maximumAnswerBytes = 4
        let answer = try await scene.ask(scene.pipeline(ScriptedTransport([.answer(200, "[1,2]")])))
        #expect(answer.text == "[1,2]")
        #expect(answer.facts.header == "Pennyweight; fwd=uri-miss")
    }

    @Test("with no room in the background nothing is stored, and the answer passes")
    func noRoom() async throws {
        let pipeline = scene.pipeline(
            ScriptedTransport([.answer(200, "1")]), background: BackgroundTasks(limit: 0))
        let answer = try await scene.ask(pipeline)
        #expect(answer.text == "1")
        #expect(answer.facts.cache?.storing?.result == .failed)
    }

    @Test("a caller that calls, and calls again, always hits", arguments: 0..<20)
    func immediately(round: Int) async throws {
        let reader: @Sendable () -> any BodyReader = { ScriptedReader(chunks: StoringReaderTests.events) }
        let upstream = ScriptedTransport([CacheScene.stream(reader), CacheScene.stream(reader)])
        let pipeline = scene.pipeline(upstream)
        let response = try await pipeline.send(CacheScene.chat(), context: scene.context())
        let first = try response.body.makeReader()
        while let chunk = try await first.read(), text(chunk) != StoringReaderTests.events[2] {}
        #expect(try await scene.ask(pipeline).facts.attempts == 0)
    }
}

/// Gives some chunks, is silent for a while, gives some more, and ends.
private final class SilentReader: BodyReader {
    private enum Step {
        case text(String)
        case silence
    }

    private let steps: Mutex<[Step]>
    private let silence: Duration
    private let time: ManualTime

    init(before: [String], silence: Duration, after: [String], time: ManualTime) {
        steps = Mutex(before.map(Step.text) + [.silence] + after.map(Step.text))
        self.silence = silence
        self.time = time
    }

    func read() async throws -> [UInt8]? {
        switch steps.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
        case nil: return nil
        case .text(let text): return Array(text.utf8)
        case .silence:
            try await time.sleep(for: silence)
            return try await read()
        }
    }

    func cancel() { steps.withLock { $0 = [] } }
}
