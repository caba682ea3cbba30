import PennyweightPipeline
import PennyweightTesting
import Testing

@Suite(.timeLimit(.minutes(5)))
struct BodyTests {
    @Test("a body in memory is replayable, knows its length, and is read anew by each reader")
    func inMemory() async throws {
        let body = Body("hello")
        #expect(body.isReplayable)
        #expect(body.length == 5)
        #expect(body.bytes == Array("hello".utf8))
        for _ in 0..<2 {
            let reader = try body.makeReader()
            #expect(try await reader.read() == Array("hello".utf8))
            #expect(try await reader.read() == nil)
        }
    }

    @Test("an empty body has no chunk")
    func empty() async throws {
        #expect(Body.empty.length == 0)
        #expect(try await Body.empty.makeReader().read() == nil)
    }

    @Test("a body to be read once refuses a second reader")
    func once() async throws {
        let body = Body(once: ScriptedReader(chunks: ["a"]))
        #expect(!body.isReplayable)
        #expect(body.bytes == nil)
        #expect(body.length == nil)
        _ = try body.makeReader()
        #expect { try body.makeReader() } throws: { ($0 as? Failure)?.code == .bodyAlreadyRead }
    }

    @Test("dropping a body unread cancels its reader")
    func dropped() {
        let log = EventLog()
        do { _ = Body(once: ScriptedReader(chunks: ["a"]) { log.add("cancelled") }) }
        #expect(log.events == ["cancelled"])
    }

    @Test("a replayable body makes a reader each time")
    func replayed() async throws {
        let body = Body(length: nil) { ScriptedReader(chunks: ["a", "b"]) }
        #expect(body.isReplayable)
        #expect(try await body.collect(upTo: 2) == Array("ab".utf8))
        #expect(try await body.collect(upTo: 2) == Array("ab".utf8))
    }

    @Test("collecting refuses what is larger than the limit, and cancels the rest")
    func limit() async throws {
        let log = EventLog()
        let body = Body(once: ScriptedReader(chunks: ["ab", "cd", "ef"]) { log.add("cancelled") })
        await #expect { try await body.collect(upTo: 3) } throws: { ($0 as? Failure)?.code == .bodyTooLarge }
        #expect(log.events == ["cancelled"])
        await #expect { try await Body("abcd").collect(upTo: 3) } throws: {
            ($0 as? Failure)?.code == .bodyTooLarge
        }
        #expect(try await Body("abc").collect(upTo: 3).count == 3)
    }

    @Test("a declared length beyond the limit is refused before a byte is read")
    func declaredLength() async throws {
        let reader = ScriptedReader(chunks: ["abcd"])
        let body = Body(once: reader, length: 4)
        await #expect { try await body.collect(upTo: 3) } throws: { ($0 as? Failure)?.code == .bodyTooLarge }
        #expect(reader.readCount == 0)
    }

    @Test("cancelling the task that collects cancels the reader")
    func cancelledCollect() async throws {
        let log = EventLog()
        let started = EventLog()
        let reader = ScriptedReader([.wait { started.add("started") }, .hang]) { log.add("cancelled") }
        let body = Body(once: reader)
        let task = Task { try await body.collect(upTo: 10) }
        await started.wait(for: 1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(log.events == ["cancelled"])
    }
}
