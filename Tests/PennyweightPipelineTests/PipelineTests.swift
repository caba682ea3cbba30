import HTTPTypes
import Logging
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

/// Notes that it was passed on the way down and up.
private struct Mark: Middleware {
    let name: String
    let log: EventLog
    var place = Place.anywhere

    func intercept(_ request: Request, context: Context, next: Next) async throws -> Response {
        log.add("\(name) down")
        let response = try await next(request, context)
        log.add("\(name) up")
        return response
    }
}

private struct OuterStage: Middleware {
    var place: Place { .cache }
    func intercept(_ request: Request, context: Context, next: Next) async throws -> Response {
        try await next(request, context)
    }
}

private struct InnerStage: Middleware {
    var place: Place { .metering }
    func intercept(_ request: Request, context: Context, next: Next) async throws -> Response {
        try await next(request, context)
    }
}

/// Calls `next` twice, from other tasks, and returns what came second.
private struct Twice: Middleware {
    func intercept(_ request: Request, context: Context, next: Next) async throws -> Response {
        _ = try await Task.detached { try await next(request, context) }.value
        return try await Task.detached { try await next(request, context) }.value
    }
}

@Suite(.timeLimit(.minutes(5)))
struct PipelineTests {
    private let context = Context(id: SortableID(high: 1, low: 2), logger: Logger(label: "test"))
    private let log = EventLog()

    @Test("the stage that is listed first is outermost")
    func order() async throws {
        let pipeline = Pipeline(to: ScriptedTransport([.answer(200, "{}")])) {
            Mark(name: "a", log: log)
            Mark(name: "b", log: log)
        }
        let response = try await pipeline.send(Request(.get, "/models"), context: context)
        #expect(response.status == .ok)
        #expect(log.events == ["a down", "b down", "b up", "a up"])
    }

    @Test("a pipeline without stages is its transport, and a pipeline is a transport")
    func nested() async throws {
        let upstream = ScriptedTransport([.status(204)])
        let inner = Pipeline(to: upstream, stages: [])
        let outer = Pipeline(to: inner) { Mark(name: "a", log: log) }
        #expect(try await outer.send(Request(.get, "/"), context: context).status == .noContent)
        #expect(upstream.requests.count == 1)
    }

    @Test("next may be called again and from other tasks")
    func escapableNext() async throws {
        let pipeline = Pipeline(to: ScriptedTransport([.status(500), .status(200)])) { Twice() }
        #expect(try await pipeline.send(Request(.get, "/"), context: context).status == .ok)
    }

    @Test("errors pass through unchanged")
    func errors() async throws {
        let pipeline = Pipeline(to: ScriptedTransport([.fail(Failure(.connectionLost, "gone"))])) {
            Mark(name: "a", log: log)
        }
        await #expect { try await pipeline.send(Request(.get, "/"), context: context) } throws: {
            ($0 as? Failure)?.code == .connectionLost
        }
    }

    @Test("the builder takes conditions and loops")
    func builder() {
        let isOn = true
        let pipeline = Pipeline(to: ScriptedTransport([])) {
            if isOn { Mark(name: "a", log: log) }
            if !isOn { OuterStage() } else { InnerStage() }
            for name in ["b", "c"] { Mark(name: name, log: log) }
        }
        #expect(pipeline.description == "Mark → InnerStage → Mark → Mark → ScriptedTransport")
    }

    @Test("the right order has no problem, and a stage without a place may stand anywhere")
    func rightOrder() {
        let anywhere = Mark(name: "a", log: log)
        #expect(Pipeline.problem(in: []) == nil)
        #expect(Pipeline.problem(in: [anywhere, OuterStage(), anywhere, InnerStage(), anywhere]) == nil)
        #expect(Pipeline.problem(in: [OuterStage(), OuterStage()]) == nil)
    }

    @Test("an order that breaks a promise is named, across stages without a place")
    func wrongOrder() throws {
        let stages: [any Middleware] = [InnerStage(), Mark(name: "a", log: log), OuterStage()]
        let problem = try #require(Pipeline.problem(in: stages))
        #expect(problem.hasPrefix("'OuterStage' stands inside 'InnerStage'"))
        #expect(problem.contains("cache, route, retry"))
    }

    @Test("every pair of places is refused in exactly one order", arguments: Place.allCases, Place.allCases)
    func pairs(outer: Place, inner: Place) {
        let stages = [Mark(name: "o", log: log, place: outer), Mark(name: "i", log: log, place: inner)]
        let isWrong = outer != .anywhere && inner != .anywhere && inner < outer
        #expect((Pipeline.problem(in: stages) != nil) == isWrong)
    }

    #if compiler(>=6.2) && (os(Linux) || os(macOS))
    @Test("making a pipeline in a wrong order ends the process")
    func trap() async {
        await #expect(processExitsWith: .failure) {
            _ = Pipeline(to: ScriptedTransport([])) {
                InnerStage()
                OuterStage()
            }
        }
    }
    #endif
}
