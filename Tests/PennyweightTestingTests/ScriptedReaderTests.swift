import PennyweightPipeline
import PennyweightTesting
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ScriptedReaderTests {
    /// Counts.
    private final class Counter: Sendable {
        private let number = Mutex(0)
        var value: Int { number.withLock { $0 } }
        func increment() { number.withLock { $0 += 1 } }
    }

    private let cancellations = Counter()

    private func reader(_ steps: [ScriptedReader.Step]) -> ScriptedReader {
        ScriptedReader(steps) { [cancellations] in cancellations.increment() }
    }

    @Test("chunks come in order, then the end; giving it up afterwards is no cancelling")
    func toTheEnd() async throws {
        do {
            let reader = reader([.chunk([1]), .chunk([2])])
            #expect(try await reader.read() == [1])
            #expect(try await reader.read() == [2])
            #expect(try await reader.read() == nil)
            #expect(try await reader.read() == nil)
            reader.cancel()
            #expect(reader.readCount == 4)
        }
        #expect(cancellations.value == 0)
    }

    @Test("cancelled before its end it tells once, and ends")
    func cancelled() async throws {
        do {
            let reader = reader([.chunk([1])])
            reader.cancel()
            reader.cancel()
            #expect(try await reader.read() == nil)
        }
        #expect(cancellations.value == 1)
    }

    @Test("dropped before its end is read, it tells")
    func dropped() async throws {
        do {
            let reader = reader([.chunk([1])])
            _ = try await reader.read()
        }
        #expect(cancellations.value == 1)
    }

    @Test("a failure is thrown, and is no cancelling")
    func failing() async throws {
        do {
            let reader = reader([.fail(Failure(.connectionLost, "gone"))])
            await #expect(throws: Failure.self) { try await reader.read() }
            #expect(try await reader.read() == nil)
        }
        #expect(cancellations.value == 0)
    }

    @Test("it hangs until its task is cancelled, and tells")
    func hanging() async throws {
        let started = Counter()
        let reader = reader([.wait { started.increment() }, .hang])
        let task = Task { try await reader.read() }
        while started.value == 0 { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(cancellations.value == 1)
    }

    @Test("text comes in the chunks that were given")
    func text() async throws {
        let body = Body(once: ScriptedReader(chunks: ["ab", "c"]))
        #expect(try await body.collect(upTo: 3) == Array("abc".utf8))
    }
}
