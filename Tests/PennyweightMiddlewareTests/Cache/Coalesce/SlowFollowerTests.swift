import HTTPTypes
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightMiddleware

@Suite("Single flight and slow readers", .timeLimit(.minutes(5)))
struct SlowFollowerTests {
    private static let events = (0..<50).map { "data: event number \($0 % 10)\n\n" } + ["data: [DONE]\n\n"]

    private func open(_ pipeline: Pipeline, _ flight: FlightScene) async throws -> any BodyReader {
        try await pipeline.send(FlightScene.request(stream: true), context: flight.scene.context()).body
            .makeReader()
    }

    private func rest(_ reader: any BodyReader) async throws -> String {
        var text = ""
        while let chunk = try await reader.read() { text += String(decoding: chunk, as: UTF8.self) }
        return text
    }

    @Test("one slow reader slows no other, and loses nothing within the bound", arguments: [true, false])
    func within(leaderIsSlow: Bool) async throws {
        let flight = FlightScene()
        let pipeline = flight.pipeline([
            FlightScene.answer(stream: true, GatedReader(SlowFollowerTests.events))
        ])
        let leader = try await open(pipeline, flight)
        let follower = try await open(pipeline, flight)
        let (slow, fast) = leaderIsSlow ? (leader, follower) : (follower, leader)
        _ = try await slow.read()
        #expect(try await rest(fast) == SlowFollowerTests.events.joined())
        #expect(try await rest(slow) == SlowFollowerTests.events.dropFirst().joined())
        leader.cancel()
        #expect(flight.askedCount == 1)
    }

    @Test("past the bound a slow reader is told, and never gets a stream with a gap")
    func beyond() async throws {
        let flight = FlightScene { $0.policy.flights.logBytes = 200 }
        let pipeline = flight.pipeline([
            FlightScene.answer(stream: true, GatedReader(SlowFollowerTests.events))
        ])
        let leader = try await open(pipeline, flight)
        let slow = try await open(pipeline, flight)
        _ = try await slow.read()
        #expect(try await rest(leader) == SlowFollowerTests.events.joined())
        await expect("connection_lost") { _ = try await self.rest(slow) }
        await expect("connection_lost") { _ = try await slow.read() }
        // Asking again is a hit.
        #expect(try await flight.call(pipeline, stream: true).value.facts.attempts == 0)
        #expect(flight.askedCount == 1)
    }

    @Test("past the bound, who has read nothing yet gets the whole answer at its end")
    func beyondUnread() async throws {
        let flight = FlightScene { $0.policy.flights.logBytes = 200 }
        let pipeline = flight.pipeline([
            FlightScene.answer(stream: true, GatedReader(SlowFollowerTests.events))
        ])
        let leader = try await open(pipeline, flight)
        _ = try await leader.read()
        let slow = try await open(pipeline, flight)
        #expect(try await rest(leader) == SlowFollowerTests.events.dropFirst().joined())
        let folded = SlowFollowerTests.events.dropLast().map { $0.dropFirst(6).dropLast(2) }.joined()
        #expect(try await rest(slow) == "data: \(folded)\n\ndata: [DONE]\n\n")
    }

    @Test("past the bound, who comes late gets the whole answer at its end")
    func late() async throws {
        let flight = FlightScene { $0.policy.flights.logBytes = 200 }
        let pipeline = flight.pipeline([
            FlightScene.answer(stream: true, GatedReader(SlowFollowerTests.events))
        ])
        let leader = try await open(pipeline, flight)
        for _ in 0..<30 { _ = try await leader.read() }
        let late = flight.call(pipeline, stream: true)
        #expect(await flight.waitForCallers(2))
        #expect(try await rest(leader) == SlowFollowerTests.events.dropFirst(30).joined())
        #expect(try await late.value.text.hasSuffix("data: [DONE]\n\n"))
        #expect(try await late.value.facts.cache?.isCollapsed == true)
        #expect(flight.askedCount == 1)
    }

    @Test("who waits for the whole doesn't hurry a reader out of its answer")
    func hurry() async throws {
        let flight = FlightScene { $0.policy.flights.logBytes = 200 }
        let pipeline = flight.pipeline([
            FlightScene.answer(stream: true, GatedReader(SlowFollowerTests.events))
        ])
        let leader = try await open(pipeline, flight)
        let plain = flight.call(pipeline, stream: false)
        #expect(await flight.waitForCallers(2))
        for _ in 0..<2_000 { await Task.yield() }
        #expect(flight.flights.byteCount <= 250)
        #expect(try await rest(leader) == SlowFollowerTests.events.joined())
        #expect(try await plain.value.text.hasPrefix("event number 0"))
    }

    @Test("with all logs full, each keeps a sixteenth")
    func total() async throws {
        let flight = FlightScene {
            $0.policy.flights.logBytes = 1_600
            $0.policy.flights.totalLogBytes = 300
        }
        let pipeline = flight.pipeline([
            FlightScene.answer(stream: true, GatedReader(SlowFollowerTests.events))
        ])
        let leader = try await open(pipeline, flight)
        let slow = try await open(pipeline, flight)
        _ = try await slow.read()
        for _ in 0..<40 { _ = try await leader.read() }
        #expect(flight.flights.byteCount <= 350)
        await expect("connection_lost") { _ = try await self.rest(slow) }
        #expect(try await rest(leader).hasSuffix("data: [DONE]\n\n"))
    }
}
