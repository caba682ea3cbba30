import HTTPTypes
import PennyweightLedger
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightMiddleware

@Suite("Single flight", .timeLimit(.minutes(5)))
struct SingleFlightTests {
    @Test("identical calls of both kinds become one upstream call", arguments: [true, false], [true, false])
    func kinds(leader: Bool, follower: Bool) async throws {
        let flight = FlightScene()
        let reader = FlightScene.reader(stream: leader, open: 0)
        let pipeline = flight.pipeline([FlightScene.answer(stream: leader, reader)])
        let first = flight.call(pipeline, stream: leader)
        #expect(await flight.waitForCallers(1))
        let others = (0..<5).map { _ in flight.call(pipeline, stream: follower) }
        #expect(await flight.waitForCallers(6))
        reader.open()
        let paid = try await first.value
        #expect(paid.text == FlightScene.expected(stream: leader, of: leader))
        #expect(paid.facts.attempts == 1)
        #expect(paid.facts.header == "Pennyweight; fwd=uri-miss; stored")
        for other in others {
            let answer = try await other.value
            #expect(answer.text == FlightScene.expected(stream: follower, of: leader))
            #expect(answer.status == 200)
            #expect(answer.facts.attempts == 0)
            #expect(answer.facts.header == "Pennyweight; fwd=uri-miss; collapsed")
            #expect(answer.facts.statement?.cost == .nothing)
            #expect(answer.facts.statement?.saved == .exact(Money(picos: 42_000_000)))
        }
        #expect(flight.askedCount == 1)
        #expect(flight.scene.ledger.savings.map(\.source) == Array(repeating: .coalesced, count: 5))
        #expect(Set(flight.scene.ledger.savings.map(\.callID)).count == 5)
        #expect(flight.scene.ledger.savings.allSatisfy { $0.avoided == .exact(Money(picos: 42_000_000)) })
        #expect(await flight.isQuiet())
        #expect(try await flight.call(pipeline, stream: follower).value.facts.cache?.status == .hit)
    }

    @Test("a late follower gets the stream from its start, while it runs")
    func late() async throws {
        let flight = FlightScene()
        let reader = FlightScene.reader(stream: true, open: 2)
        let pipeline = flight.pipeline([FlightScene.answer(stream: true, reader)])
        let leader = try await pipeline.send(
            FlightScene.request(stream: true), context: flight.scene.context()
        ).body.makeReader()
        _ = try await leader.read()
        _ = try await leader.read()
        let late = try await pipeline.send(FlightScene.request(stream: true), context: flight.scene.context())
        let follower = try late.body.makeReader()
        for event in FlightScene.events.prefix(2) { #expect(try await follower.read() == Array(event.utf8)) }
        #expect(late.facts.cache?.isCollapsed == true)
        reader.open()
        #expect(try await follower.read() == Array(FlightScene.events[2].utf8))
        #expect(try await leader.read() == Array(FlightScene.events[2].utf8))
        #expect(try await follower.read() == nil)
        #expect(try await leader.read() == nil)
        #expect(try await leader.read() == nil)
        #expect(flight.askedCount == 1)
        #expect(await Stages.eventually { flight.flights.count == 0 && flight.scene.background.count == 0 })
    }

    @Test("nothing is fetched before somebody asks for it")
    func backPressure() async throws {
        let flight = FlightScene()
        let reader = FlightScene.reader(stream: true)
        let pipeline = flight.pipeline([FlightScene.answer(stream: true, reader)])
        let response = try await pipeline.send(
            FlightScene.request(stream: true), context: flight.scene.context())
        for _ in 0..<1_000 { await Task.yield() }
        #expect(reader.readCount == 0)
        let leader = try response.body.makeReader()
        _ = try await leader.read()
        for _ in 0..<1_000 { await Task.yield() }
        #expect(reader.readCount == 1)
        leader.cancel()
        #expect(await Stages.eventually { reader.isCancelled })
        #expect(await Stages.eventually { flight.flights.count == 0 && flight.scene.background.count == 0 })
    }

    @Test("no-cache and no-store go their own way", arguments: ["no-cache", "no-store", "max-age=0"])
    func directives(cacheControl: String) async throws {
        let flight = FlightScene()
        let reader = FlightScene.reader(stream: false, open: 0)
        let pipeline = flight.pipeline([
            FlightScene.answer(stream: false, reader),
            FlightScene.answer(stream: false, FlightScene.reader(stream: false)),
            FlightScene.answer(stream: false, FlightScene.reader(stream: false)),
        ])
        let first = flight.call(pipeline, stream: false)
        #expect(await flight.waitForCallers(1))
        for _ in 0..<2 {
            let own = try await flight.call(pipeline, stream: false, cacheControl: cacheControl).value
            #expect(own.facts.attempts == 1)
            #expect(own.facts.cache?.isCollapsed == false)
        }
        reader.open()
        #expect(try await first.value.text == FlightScene.plain)
        #expect(flight.askedCount == 3)
    }

    @Test("another account is another flight")
    func accounts() async throws {
        let flight = FlightScene()
        let readers = [
            FlightScene.reader(stream: false, open: 0), FlightScene.reader(stream: false, open: 0),
        ]
        let pipeline = flight.pipeline(readers.map { FlightScene.answer(stream: false, $0) })
        let one = flight.call(pipeline, stream: false)
        let context = flight.scene.context(account: "other")
        let other = Task {
            try await pipeline.send(FlightScene.request(stream: false), context: context).body
                .collect(upTo: 100)
        }
        #expect(await Stages.eventually { flight.askedCount == 2 })
        for reader in readers { reader.open() }
        _ = try await (one.value, other.value)
    }

    @Test("refusals of the request are shared, with both kinds of callers", arguments: [400, 404, 422])
    func refusals(status: Int) async throws {
        let flight = FlightScene()
        let gate = Gate()
        let pipeline = flight.pipeline([
            .custom { _, _ in
                await gate.wait()
                return Response(.init(code: status), body: Body("{\"error\":1}"))
            }
        ])
        let calls = (0..<6).map { flight.call(pipeline, stream: $0 % 2 == 0) }
        #expect(await flight.waitForCallers(6))
        gate.open()
        for call in calls {
            let answer = try await call.value
            #expect(answer.status == status)
            #expect(answer.text == "{\"error\":1}")
        }
        #expect(flight.askedCount == 1)
        #expect(flight.scene.memory.count == 0)
        #expect(await flight.isQuiet())
    }

    @Test(
        "what is no answer is not shared, and the next call is made by one of those who wait",
        arguments: [429, 500, 503, 401, 409, 201, 0])
    func faults(status: Int) async throws {
        let flight = FlightScene()
        let gate = Gate()
        let failing = ScriptedTransport.Step.custom { _, _ in
            await gate.wait()
            if status == 0 { throw Failure(.connectionLost, "cut") }
            return Response(.init(code: status), body: Body("{}"))
        }
        let pipeline = flight.pipeline([
            failing, failing, FlightScene.answer(stream: false, FlightScene.reader(stream: false)),
        ])
        let calls = (0..<20).map { _ in flight.call(pipeline, stream: false) }
        #expect(await flight.waitForCallers(20))
        #expect(await Stages.eventually { flight.askedCount == 1 })
        gate.open()
        var texts: [String] = []
        var failures = 0
        for call in calls {
            do {
                let answer = try await call.value
                if answer.status == 200 { texts.append(answer.text) } else { failures += 1 }
            } catch {
                failures += 1
            }
        }
        #expect(failures == 2)
        #expect(texts == Array(repeating: FlightScene.plain, count: 18))
        #expect(flight.askedCount == 3)
        #expect(await flight.isQuiet())
    }

    @Test(
        "a stream that breaks off breaks off for all who read it; who waits for the whole asks anew",
        arguments: 0...3)
    func breaks(at chunk: Int) async throws {
        let flight = FlightScene()
        let steps =
            FlightScene.events.prefix(chunk).map { ScriptedReader.Step.chunk(Array($0.utf8)) }
            + [.fail(Failure(.connectionLost, "cut"))]
        let reader = GatedReader(steps, open: 0)
        let pipeline = flight.pipeline([
            FlightScene.answer(stream: true, reader),
            FlightScene.answer(stream: false, FlightScene.reader(stream: false)),
        ])
        let leader = flight.call(pipeline, stream: true)
        #expect(await flight.waitForCallers(1))
        let streaming = flight.call(pipeline, stream: true)
        let plain = flight.call(pipeline, stream: false)
        #expect(await flight.waitForCallers(3))
        reader.open()
        await expect("connection_lost") { _ = try await leader.value }
        if chunk == 0 {
            // Nothing was handed on: it goes on as if it had come later.
            #expect(try await streaming.value.text.contains("four"))
        } else {
            await expect("connection_lost") { _ = try await streaming.value }
        }
        #expect(try await plain.value.text == FlightScene.plain)
        #expect(flight.askedCount == 2)
        #expect(flight.scene.ledger.savings.allSatisfy { $0.source != .coalesced || chunk == 0 })
        #expect(await flight.isQuiet())
    }

    @Test("a follower that waits too long goes on alone")
    func impatience() async throws {
        let flight = FlightScene { $0.policy.flights.patience = .seconds(10) }
        let reader = FlightScene.reader(stream: true, open: 0)
        let pipeline = flight.pipeline([
            FlightScene.answer(stream: true, reader),
            FlightScene.answer(stream: false, FlightScene.reader(stream: false)),
        ])
        let leader = flight.call(pipeline, stream: true)
        #expect(await flight.waitForCallers(1))
        let follower = flight.call(pipeline, stream: false)
        #expect(await flight.waitForCallers(2))
        await flight.scene.time.waitForSleepers()
        flight.scene.time.advance(by: .seconds(10))
        let alone = try await follower.value
        #expect(alone.text == FlightScene.plain)
        #expect(alone.facts.attempts == 1)
        reader.open()
        #expect(try await leader.value.text == FlightScene.events.joined())
    }

    @Test("a store that fails costs nobody the answer", arguments: [true, false])
    func brokenStore(stream: Bool) async throws {
        let flight = FlightScene(store: FaultyStore(.write))
        let reader = FlightScene.reader(stream: true, open: 0)
        let pipeline = flight.pipeline([FlightScene.answer(stream: true, reader)])
        let first = flight.call(pipeline, stream: true)
        #expect(await flight.waitForCallers(1))
        let second = flight.call(pipeline, stream: stream)
        #expect(await flight.waitForCallers(2))
        reader.open()
        #expect(try await first.value.facts.cache?.storing?.result == .failed)
        #expect(try await second.value.text == FlightScene.expected(stream: stream, of: true))
        #expect(flight.askedCount == 1)
        #expect(await flight.isQuiet())
    }

    @Test("who comes between an answer's end and its storing is served, and does not ask")
    func betweenEndAndStore() async throws {
        let gate = Gate()
        let store = SlowStore(gate)
        let flight = FlightScene(store: store)
        let pipeline = flight.pipeline([
            FlightScene.answer(stream: false, FlightScene.reader(stream: false))
        ])
        let first = flight.call(pipeline, stream: false)
        #expect(await Stages.eventually { store.isWriting })
        await flight.scene.time.waitForSleepers()
        flight.scene.time.advance(by: .seconds(1))
        #expect(try await first.value.text == FlightScene.plain)
        for stream in [true, false] {
            let late = try await flight.call(pipeline, stream: stream).value
            #expect(late.text == FlightScene.expected(stream: stream, of: false))
            #expect(late.facts.attempts == 0)
        }
        gate.open()
        #expect(await flight.isQuiet())
        #expect(try await flight.call(pipeline, stream: false).value.facts.cache?.status == .hit)
        #expect(flight.askedCount == 1)
    }

    @Test("who has looked just before an answer was stored looks again before it asks")
    func betweenLookAndStore() async throws {
        let hooked = HookedStore(MemoryCache(limitBytes: 1 << 20))
        let flight = FlightScene(store: hooked)
        let pipeline = flight.pipeline([
            FlightScene.answer(stream: false, FlightScene.reader(stream: false))
        ])
        hooked.afterRead {
            // Between the look of the first and its boarding, another has asked and stored.
            _ = try await flight.call(pipeline, stream: false).value
        }
        let first = try await flight.call(pipeline, stream: false).value
        #expect(first.facts.cache?.status == .hit)
        #expect(flight.askedCount == 1)
        #expect(await flight.isQuiet())
    }

    @Test("beyond the bounds a call goes on alone")
    func bounds() async throws {
        let flight = FlightScene {
            $0.policy.flights.maximumFlights = 1
            $0.policy.flights.maximumPassengers = 2
        }
        let reader = FlightScene.reader(stream: false, open: 0)
        let pipeline = flight.pipeline([
            FlightScene.answer(stream: false, reader),
            FlightScene.answer(stream: false, FlightScene.reader(stream: false)), .answer(200, "[1]"),
        ])
        let two = (0..<2).map { _ in flight.call(pipeline, stream: false) }
        #expect(await flight.waitForCallers(2))
        #expect(try await flight.call(pipeline, stream: false).value.facts.attempts == 1)
        let other = try await flight.scene.ask(pipeline, CacheScene.chat(#"{"model":"other"}"#))
        #expect(other.text == "[1]")
        reader.open()
        for call in two { #expect(try await call.value.text == FlightScene.plain) }
        #expect(flight.askedCount == 3)
    }

    @Test("leases that fail are gone without, and nothing is given back that was not taken")
    func failingLeases() async throws {
        let leases = BrokenLeases()
        let scene = FlightScene(leases: leases)
        let reader = FlightScene.reader(stream: false, open: 0)
        let call = scene.call(scene.pipeline([FlightScene.answer(stream: false, reader)]), stream: false)
        reader.open()
        #expect(try await call.value.text == FlightScene.plain)
        #expect(scene.askedCount == 1)
        #expect(leases.givenBackCount == 0)
    }

    @Test("processes with leases on one store ask once")
    func leases() async throws {
        let memory = MemoryCache(limitBytes: 1 << 20)
        let leases = LeaseBoard()
        let (one, two) = (
            FlightScene(store: memory, leases: leases), FlightScene(store: memory, leases: leases)
        )
        let reader = FlightScene.reader(stream: false, open: 0)
        let first = one.call(one.pipeline([FlightScene.answer(stream: false, reader)]), stream: false)
        #expect(await Stages.eventually { one.askedCount == 1 })
        let second = two.call(two.pipeline([]), stream: true)
        #expect(await two.waitForCallers(1))
        reader.open()
        #expect(try await first.value.text == FlightScene.plain)
        #expect(try await second.value.facts.cache?.status == .hit)
        #expect(two.askedCount == 0)
    }
}
