import PennyweightPipeline
import PennyweightTesting
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5)))
struct WatchedBodyTests {
    private let log = EventLog()

    private func watched(_ reader: ScriptedReader, adopt: Adopted? = nil) throws -> Body {
        try Body(once: reader, length: nil).watched(
            onChunk: { [log] in log.add(String(decoding: $0, as: UTF8.self)) },
            onEnd: { [log] end in
                switch end {
                case .complete: log.add("complete")
                case .failed(let error): log.add("failed \((error as? Failure)?.code.description ?? "?")")
                case .abandoned(let rest):
                    log.add("abandoned")
                    if let adopt { adopt.take(rest) }
                }
            })
    }

    /// Keeps what was adopted.
    private final class Adopted: Sendable {
        let reader = Mutex<(any BodyReader)?>(nil)
        let second = Mutex<(any BodyReader)?>(nil)

        func take(_ rest: Remainder) {
            reader.withLock { $0 = rest.adopt() }
            second.withLock { $0 = rest.adopt() }
        }
    }

    private let upstream = EventLog()

    private func reader(_ steps: [ScriptedReader.Step]) -> ScriptedReader {
        ScriptedReader(steps) { [upstream] in upstream.add("cancelled") }
    }

    private func chunk(_ text: String) -> ScriptedReader.Step { .chunk(Array(text.utf8)) }

    @Test("a body that is read to its end reports its chunks and then one complete")
    func complete() async throws {
        let body = try watched(reader([chunk("a"), chunk("b")]))
        do {
            let reader = try body.makeReader()
            #expect(try await reader.read() == Array("a".utf8))
            #expect(try await reader.read() == Array("b".utf8))
            #expect(try await reader.read() == nil)
            #expect(try await reader.read() == nil)
            reader.cancel()
        }
        #expect(log.events == ["a", "b", "complete"])
        #expect(upstream.events.isEmpty)
    }

    @Test("a body that breaks off reports one failure, also when it is dropped afterwards")
    func failed() async throws {
        do {
            let reader = try watched(reader([chunk("a"), .fail(Failure(.connectionLost, "gone"))]))
                .makeReader()
            _ = try await reader.read()
            await #expect(throws: Failure.self) { try await reader.read() }
            await #expect(throws: (any Error).self) { try await reader.read() }
        }
        #expect(log.events == ["a", "failed connection_lost"])
    }

    @Test("a reader that is dropped in the middle is abandoned, and the upstream is cancelled")
    func droppedReader() async throws {
        do {
            let reader = try watched(reader([chunk("a"), chunk("b")])).makeReader()
            _ = try await reader.read()
        }
        #expect(log.events == ["a", "abandoned"])
        #expect(upstream.events == ["cancelled"])
    }

    @Test("a body that is never read is abandoned when it is dropped")
    func neverRead() throws {
        do { _ = try watched(reader([chunk("a")])) }
        #expect(log.events == ["abandoned"])
        #expect(upstream.events == ["cancelled"])
    }

    @Test("a reader that is cancelled is abandoned once, and reads nothing more")
    func cancelled() async throws {
        let reader = try watched(reader([chunk("a"), chunk("b")])).makeReader()
        reader.cancel()
        reader.cancel()
        await #expect(throws: CancellationError.self) { try await reader.read() }
        #expect(log.events == ["abandoned"])
        #expect(upstream.events == ["cancelled"])
    }

    @Test("the rest of an abandoned body can be adopted once and read on")
    func adopted() async throws {
        let adopted = Adopted()
        let reader = try watched(reader([chunk("a"), chunk("b"), chunk("c")]), adopt: adopted).makeReader()
        _ = try await reader.read()
        reader.cancel()
        let rest = try #require(adopted.reader.withLock { $0 })
        #expect(adopted.second.withLock { $0 } == nil)
        #expect(upstream.events.isEmpty)
        // The abandoned reader doesn't take chunks away from the one who adopted them.
        await #expect(throws: CancellationError.self) { try await reader.read() }
        #expect(try await rest.read() == Array("b".utf8))
        #expect(try await rest.read() == Array("c".utf8))
        #expect(try await rest.read() == nil)
        #expect(log.events == ["a", "abandoned"])
    }

    @Test("a body abandoned in deinit can be adopted there")
    func adoptedInDeinit() async throws {
        let adopted = Adopted()
        do { _ = try watched(reader([chunk("a")]), adopt: adopted) }
        let rest = try #require(adopted.reader.withLock { $0 })
        #expect(try await rest.read() == Array("a".utf8))
        #expect(upstream.events.isEmpty)
    }

    @Test("a task that is cancelled inside a read leaves nothing to adopt")
    func cancelledInside() async throws {
        let adopted = Adopted()
        let started = EventLog()
        let body = try watched(reader([.wait { started.add("started") }, .hang]), adopt: adopted)
        let task = Task { try await body.makeReader().read() }
        await started.wait(for: 1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(log.events == ["abandoned"])
        #expect(adopted.reader.withLock { $0 } == nil)
        #expect(upstream.events == ["cancelled"])
    }

    @Test("a watched body can be read once, even if the original was in memory")
    func readOnce() throws {
        let body = try Body("abc").watched(onChunk: { _ in }, onEnd: { _ in })
        #expect(!body.isReplayable)
        #expect(body.length == 3)
        _ = try body.makeReader()
        #expect(throws: Failure.self) { try body.makeReader() }
    }
}
