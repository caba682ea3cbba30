import HTTPTypes
import PennyweightLedger
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Synchronization
import Testing

@testable import PennyweightMiddleware

@Suite("Single flight and callers who leave", .timeLimit(.minutes(3)))
struct FlightCancellationTests {
    /// Where a caller leaves: before the head, or after so many chunks.
    static let points = [-1, 0, 1, 2]

    @Test(
        "a caller who leaves, wherever, hurts no other, whoever it is",
        arguments: [(true, true), (true, false), (false, true), (false, false)], points)
    func leaves(kinds: (leader: Bool, follower: Bool), point: Int) async throws {
        for leaderLeaves in [true, false] {
            let flight = FlightScene()
            let reader = FlightScene.reader(stream: kinds.leader, open: max(point, 0))
            let gate = Gate()
            if point >= 0 { gate.open() }
            let answer = FlightScene.answer(stream: kinds.leader, reader)
            let pipeline = flight.pipeline([
                .custom { request, context in
                    await gate.wait()
                    return try await ScriptedTransport([answer]).send(request, context: context)
                }
            ])
            let leader = flight.call(pipeline, stream: kinds.leader)
            #expect(await flight.waitForCallers(1))
            let follower = flight.call(pipeline, stream: kinds.follower)
            #expect(await flight.waitForCallers(2))
            if point > 0 { #expect(await Stages.eventually { reader.readCount > min(point, 1) }) }
            let (leaver, stayer) = leaderLeaves ? (leader, follower) : (follower, leader)
            leaver.cancel()
            await expect("CancellationError") { _ = try await leaver.value }
            gate.open()
            reader.open()
            let stays = leaderLeaves ? kinds.follower : kinds.leader
            #expect(
                try await stayer.value.text == FlightScene.expected(stream: stays, of: kinds.leader),
                "leader leaves: \(leaderLeaves)")
            #expect(flight.askedCount == 1)
            #expect(!reader.isCancelled)
            #expect(await flight.isQuiet())
            #expect(flight.scene.memory.count == 1)
        }
    }

    @Test("when the last caller leaves, the upstream call is cancelled", arguments: points)
    func last(point: Int) async throws {
        let flight = FlightScene()
        let reader = FlightScene.reader(stream: true, open: max(point, 0))
        let isCancelled = Mutex(false)
        let pipeline = flight.pipeline([
            .custom { _, _ in
                if point < 0 {
                    do { try await ManualTime().sleep(for: .seconds(1)) } catch {
                        isCancelled.withLock { $0 = true }
                        throw error
                    }
                }
                var response = Response(.ok, body: Body(once: reader))
                response.head.headerFields[.contentType] = "text/event-stream"
                return response
            }
        ])
        let calls = (0..<4).map { flight.call(pipeline, stream: $0 < 2) }
        #expect(await flight.waitForCallers(4))
        #expect(await Stages.eventually { flight.askedCount == 1 })
        for call in calls { call.cancel() }
        for call in calls { await expect("CancellationError") { _ = try await call.value } }
        #expect(await Stages.eventually { point < 0 ? isCancelled.withLock { $0 } : reader.isCancelled })
        #expect(await flight.isQuiet())
        #expect(flight.scene.memory.count == 0)
        #expect(flight.scene.ledger.savings.isEmpty)
    }

    @Test("a call that comes while a cancelled one is still ending makes its own")
    func afterTheLast() async throws {
        let flight = FlightScene()
        let first = FlightScene.reader(stream: true, open: 0)
        let pipeline = flight.pipeline([
            FlightScene.answer(stream: true, first),
            FlightScene.answer(stream: true, FlightScene.reader(stream: true)),
        ])
        let leaver = flight.call(pipeline, stream: true)
        #expect(await flight.waitForCallers(1))
        leaver.cancel()
        let next = flight.call(pipeline, stream: true)
        #expect(try await next.value.text == FlightScene.events.joined())
        await expect("CancellationError") { _ = try await leaver.value }
        #expect(await flight.isQuiet())
    }

    @Test("a caller who is cancelled before it asks takes no seat")
    func cancelledBefore() async throws {
        let flight = FlightScene()
        let pipeline = flight.pipeline([.hang])
        let context = flight.scene.context()
        let call = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try await pipeline.send(FlightScene.request(stream: false), context: context)
        }
        await expect("CancellationError") { try await call.value }
        #expect(await flight.isQuiet())
    }

    @Test("a body that is dropped unread leaves as well")
    func dropped() async throws {
        let flight = FlightScene()
        let reader = FlightScene.reader(stream: true, open: 0)
        let pipeline = flight.pipeline([FlightScene.answer(stream: true, reader)])
        _ = try await pipeline.send(FlightScene.request(stream: true), context: flight.scene.context())
        #expect(await Stages.eventually { reader.isCancelled })
        #expect(await flight.isQuiet())
    }

    @Test("with a drain stage outside, an answer that all have left is read on and stored")
    func drained() async throws {
        let flight = FlightScene()
        let reader = FlightScene.reader(stream: true, open: 0)
        let inner = flight.pipeline([FlightScene.answer(stream: true, reader)])
        let pipeline = Pipeline(to: inner) {
            Drain(DrainPolicy(), tasks: flight.scene.background, time: flight.scene.time)
        }
        let calls = (0..<3).map { _ in flight.call(pipeline, stream: true) }
        #expect(await flight.waitForCallers(3))
        for call in calls { call.cancel() }
        for call in calls { await expect("CancellationError") { _ = try await call.value } }
        reader.open()
        #expect(await flight.isQuiet())
        #expect(flight.scene.memory.count == 1)
        #expect(!reader.isCancelled)
    }

    @Test(
        "200 identical calls of both kinds, with random cancellations: one upstream call, equal answers",
        arguments: 1...12)
    func crowd(seed: UInt64) async throws {
        let random = SeededRandom(seed: seed)
        let flight = FlightScene { $0.policy.flights.logBytes = 1 << 20 }
        let isStream = random.next(below: 2) == 0
        let events = (0..<40).map { "data: \($0) \n\n" } + ["data: [DONE]\n\n"]
        let texts = isStream ? events : ["{\"text\":"] + (0..<40).map { _ in " " } + ["1}"]
        let reader = GatedReader(texts, open: 0)
        let pipeline = flight.pipeline([FlightScene.answer(stream: isStream, reader)])
        let survivor = flight.call(pipeline, stream: isStream)
        #expect(await flight.waitForCallers(1))
        var calls: [(stream: Bool, task: Task<FlightScene.Answer, any Error>)] = []
        for number in 0..<199 {
            let stream = random.next(below: 2) == 0
            calls.append((stream, flight.call(pipeline, stream: stream)))
            if number % 40 == 0 { reader.open(Int(random.next(below: 5))) }
            for _ in 0..<random.next(below: 20) { await Task.yield() }
            if random.next(below: 3) == 0 {
                calls[Int(random.next(below: UInt64(calls.count)))].task.cancel()
            }
        }
        reader.open()
        let whole = try await survivor.value.text
        #expect(whole == texts.joined())
        var (answers, left) = (0, 0)
        var texts2: [Bool: Set<String>] = [:]
        for call in calls {
            do {
                texts2[call.stream, default: []].insert(try await call.task.value.text)
                answers += 1
            } catch {
                #expect(error is CancellationError)
                left += 1
            }
        }
        #expect(texts2.values.allSatisfy { $0.count <= 2 }, "raw, or folded and unfolded from the store")
        #expect(texts2[isStream, default: []].contains(whole))
        #expect(flight.askedCount == 1, "seed \(seed)")
        #expect(answers + left == 199)
        #expect(await flight.isQuiet())
        let savings = flight.scene.ledger.savings
        #expect(savings.allSatisfy { $0.source == .coalesced || $0.source == .hit })
        #expect(savings.count >= answers && savings.count <= 199)
        #expect(Set(savings.map(\.callID)).count == savings.count)
    }
}
