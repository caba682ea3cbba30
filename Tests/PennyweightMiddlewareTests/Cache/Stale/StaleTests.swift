import HTTPTypes
import PennyweightLedger
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightMiddleware

@Suite("Stale answers", .timeLimit(.minutes(5)))
struct StaleTests {
    private func scene(_ change: (inout FreshnessPolicy) -> Void) -> FlightScene {
        FlightScene { scene in
            scene.policy.timeToLive = .seconds(100)
            change(&scene.policy.defaults.freshness)
        }
    }

    private static func answer(_ text: String) -> ScriptedTransport.Step { .answer(200, "\"\(text)\"") }

    @Test("a stale answer is served at once, and fetched anew behind it, once")
    func whileRevalidating() async throws {
        let flight = scene { $0.staleWhileRevalidate = .seconds(50) }
        let gate = Gate()
        let pipeline = flight.pipeline([
            StaleTests.answer("old"),
            .custom { _, _ in
                await gate.wait()
                return Response(.ok, body: Body("\"new\""))
            },
        ])
        _ = try await flight.call(pipeline, stream: false).value
        flight.scene.time.advance(by: .seconds(110))
        for _ in 0..<3 {
            let stale = try await flight.call(pipeline, stream: false).value
            #expect(stale.text == "\"old\"")
            #expect(stale.facts.attempts == 0)
            #expect(stale.facts.header == "Pennyweight; hit; ttl=-10; detail=stale-while-revalidate")
            #expect(stale.facts.cache?.ageValue == "110")
        }
        gate.open()
        #expect(await Stages.eventually { flight.flights.count == 0 })
        #expect(await flight.isQuiet())
        #expect(flight.askedCount == 2)
        let fresh = try await flight.call(pipeline, stream: false).value
        #expect(fresh.text == "\"new\"")
        #expect(fresh.facts.header == "Pennyweight; hit; ttl=100")
        #expect(flight.scene.ledger.savings.map(\.source) == [.stale, .stale, .stale, .hit])
    }

    @Test("a refresh is a call of its own, of the account that asked, and follows no caller's fate")
    func refreshContext() async throws {
        let flight = scene { $0.staleWhileRevalidate = .seconds(50) }
        let upstream = ScriptedTransport([StaleTests.answer("old"), StaleTests.answer("new")])
        let pipeline = Pipeline(to: upstream) { flight.cache }
        _ = try await flight.scene.ask(pipeline, FlightScene.request(stream: false), account: "acme")
        flight.scene.time.advance(by: .seconds(110))
        var context = flight.scene.context(account: "acme")
        context.deadline = flight.scene.time.instant() + .milliseconds(1)
        _ = try await pipeline.send(FlightScene.request(stream: false), context: context)
        #expect(await Stages.eventually { upstream.contexts.count == 2 })
        #expect(upstream.contexts[1].account == "acme")
        #expect(upstream.contexts[1].id != context.id)
        #expect(upstream.contexts[1].deadline == flight.scene.time.instant() + .seconds(600))
        #expect(await flight.isQuiet())
    }

    @Test("a refresh that fails harms nobody, and is not tried again at once")
    func failingRefresh() async throws {
        let flight = scene { $0.staleWhileRevalidate = .seconds(500) }
        let pipeline = flight.pipeline([
            StaleTests.answer("old"), .fail(Failure(.overBudget, "no")), .status(503),
            StaleTests.answer("new"),
        ])
        _ = try await flight.call(pipeline, stream: false).value
        flight.scene.time.advance(by: .seconds(110))
        for asked in 2...4 {
            for _ in 0..<3 {
                let text = try await flight.call(pipeline, stream: false).value.text
                #expect(text == "\"old\"" || flight.askedCount == 4)
                #expect(await flight.isQuiet())
                #expect(flight.askedCount == asked)
            }
            flight.scene.time.advance(by: .seconds(10))
        }
        #expect(try await flight.call(pipeline, stream: false).value.text == "\"new\"")
    }

    @Test("a refresh that takes too long is given up")
    func hangingRefresh() async throws {
        let flight = scene { $0.staleWhileRevalidate = .seconds(5_000) }
        let pipeline = flight.pipeline([StaleTests.answer("old"), .hang])
        _ = try await flight.call(pipeline, stream: false).value
        flight.scene.time.advance(by: .seconds(110))
        _ = try await flight.call(pipeline, stream: false).value
        #expect(await Stages.eventually { flight.askedCount == 2 })
        flight.scene.time.advance(by: .seconds(600))
        #expect(await flight.isQuiet())
    }

    @Test(
        "if the provider fails, the stale answer is served, and says so",
        arguments: [500, 503, 429, 0, 1, 2])
    func onError(status: Int) async throws {
        let flight = scene { $0.staleIfError = .seconds(50) }
        let failure: ScriptedTransport.Step =
            switch status {
            case 0: .fail(Failure(.connectionFailed, "down"))
            case 1: .fail(Failure(.idleTimeout, "silent"))
            case 2: FlightScene.answer(stream: false, GatedReader([.fail(Failure(.connectionLost, "cut"))]))
            default: .status(status)
            }
        let pipeline = flight.pipeline([StaleTests.answer("old"), failure, StaleTests.answer("new")])
        _ = try await flight.call(pipeline, stream: false).value
        flight.scene.time.advance(by: .seconds(142))
        let stale = try await flight.call(pipeline, stream: false).value
        #expect(stale.text == "\"old\"")
        #expect(stale.status == 200)
        let forwarded = status >= 400 ? "fwd=stale; fwd-status=\(status)" : "hit"
        #expect(stale.facts.header == "Pennyweight; \(forwarded); ttl=-42; detail=stale-if-error")
        #expect(stale.facts.statement?.cost == .nothing)
        #expect(flight.scene.ledger.savings.map(\.source) == [.stale])
        #expect(try await flight.call(pipeline, stream: false).value.text == "\"new\"")
        #expect(await flight.isQuiet())
    }

    @Test("what is not the provider's fault reaches the caller", arguments: [400, 401, 403, 0])
    func otherErrors(status: Int) async throws {
        let flight = scene { $0.staleIfError = .seconds(50) }
        let pipeline = flight.pipeline([
            StaleTests.answer("old"), status == 0 ? .fail(Failure(.overBudget, "no")) : .status(status),
        ])
        _ = try await flight.call(pipeline, stream: false).value
        flight.scene.time.advance(by: .seconds(110))
        if status == 0 {
            await expect("over_budget") { _ = try await flight.call(pipeline, stream: false).value }
        } else {
            #expect(try await flight.call(pipeline, stream: false).value.status == status)
        }
    }

    @Test("past its time, or without the caller's leave, a stale answer is not served for an error")
    func pastError() async throws {
        let flight = scene { $0.staleIfError = .seconds(50) }
        let pipeline = flight.pipeline([StaleTests.answer("old"), .status(503), .status(503), .status(503)])
        _ = try await flight.call(pipeline, stream: false).value
        flight.scene.time.advance(by: .seconds(110))
        let refused = try await flight.call(pipeline, stream: false, cacheControl: "stale-if-error=5").value
        #expect(refused.status == 503)
        flight.scene.time.advance(by: .seconds(41))
        #expect(try await flight.call(pipeline, stream: false).value.status == 503)
        let asked = try await flight.call(pipeline, stream: false, cacheControl: "stale-if-error=500").value
        #expect(asked.text == "\"old\"")
    }

    @Test("all who wait for a call that fails get the stale answer, and none asks again")
    func crowd() async throws {
        let flight = scene { $0.staleIfError = .seconds(50) }
        let gate = Gate()
        let pipeline = flight.pipeline([
            StaleTests.answer("old"),
            .custom { _, _ in
                await gate.wait()
                return Response(.serviceUnavailable)
            },
        ])
        _ = try await flight.call(pipeline, stream: false).value
        flight.scene.time.advance(by: .seconds(110))
        let calls = (0..<20).map { _ in flight.call(pipeline, stream: false) }
        #expect(await flight.waitForCallers(20))
        gate.open()
        for call in calls { #expect(try await call.value.text == "\"old\"") }
        #expect(flight.askedCount == 2)
        #expect(flight.scene.ledger.savings.map(\.source) == Array(repeating: .stale, count: 20))
    }

    @Test("a stale answer is served just before the caller's deadline")
    func beforeDeadline() async throws {
        let flight = scene { $0.staleIfError = .seconds(50) }
        let inner = flight.pipeline([StaleTests.answer("old"), .hang])
        let time = flight.scene.time
        _ = try await flight.call(inner, stream: false).value
        time.advance(by: .seconds(110))
        let pipeline = Pipeline(to: inner) { Deadline(limit: .seconds(20), time: time) }
        let call = flight.call(pipeline, stream: false)
        #expect(await flight.waitForCallers(1))
        await time.waitForSleepers(2)
        time.advance(by: .seconds(19))
        let stale = try await call.value
        #expect(stale.facts.header == "Pennyweight; hit; ttl=-10; detail=stale-if-error")
        #expect(await flight.isQuiet())
    }

    @Test("a caller that takes stale answers gets one, and nothing is fetched")
    func accepted() async throws {
        let flight = scene { _ in }
        let pipeline = flight.pipeline([StaleTests.answer("old")])
        _ = try await flight.call(pipeline, stream: false).value
        flight.scene.time.advance(by: .seconds(130))
        let stale = try await flight.call(pipeline, stream: false, cacheControl: "max-stale=60").value
        #expect(stale.facts.header == "Pennyweight; hit; ttl=-30; detail=max-stale")
        #expect(flight.scene.ledger.savings.map(\.source) == [.stale])
        #expect(flight.askedCount == 1)
    }

    @Test("a refusal is repeated for its own time, to callers of both kinds, and then asked for anew")
    func negative() async throws {
        let flight = scene { $0.negativeTimeToLive = .seconds(5) }
        let pipeline = flight.pipeline([
            .answer(400, "{\"error\":{}}", headers: [.contentType: "application/json"]), .status(404),
        ])
        let first = try await flight.call(pipeline, stream: false).value
        #expect(first.facts.attempts == 1)
        for stream in [true, false] {
            let again = try await flight.call(pipeline, stream: stream).value
            #expect(again.status == 400)
            #expect(again.text == "{\"error\":{}}")
            #expect(again.facts.header == "Pennyweight; hit; ttl=5")
        }
        flight.scene.time.advance(by: .seconds(5))
        #expect(try await flight.call(pipeline, stream: false).value.status == 404)
        #expect(flight.askedCount == 2)
    }

    @Test("a hot answer is fetched anew before its end, and served meanwhile")
    func early() async throws {
        let flight = scene { $0.earlyRefreshPerMille = 1_000_000 }
        let time = flight.scene.time
        let pipeline = flight.pipeline([
            .custom { _, _ in
                time.advance(by: .seconds(3))
                return Response(.ok, body: Body("\"old\""))
            },
            StaleTests.answer("new"),
        ])
        _ = try await flight.call(pipeline, stream: false).value
        time.advance(by: .seconds(99))
        let hot = try await flight.call(pipeline, stream: false).value
        #expect(hot.text == "\"old\"")
        #expect(hot.facts.header == "Pennyweight; hit; ttl=1")
        #expect(await flight.isQuiet())
        #expect(flight.askedCount == 2)
        #expect(try await flight.call(pipeline, stream: false).value.text == "\"new\"")
        #expect(flight.scene.ledger.savings.map(\.source) == [.hit, .hit])
    }
}
