import HTTPTypes
import PennyweightTesting
import Synchronization
import Testing

@testable import PennyweightPipeline

@Suite("Exchange", .timeLimit(.minutes(5)))
struct ExchangeTests {
    @Test("a head, chunks and the end arrive in order, whoever is first")
    func order() async throws {
        let exchange = Exchange()
        let head = Task { try await exchange.head() }
        exchange.receive(head: HTTPResponse(status: .ok))
        #expect(try await head.value.status == .ok)
        let reader = try exchange.body(length: nil).makeReader()
        let first = Task { try await reader.read() }
        exchange.receive(chunk: [1])
        #expect(try await first.value == [1])
        #expect(exchange.receive(chunk: [2]) == 1)
        #expect(exchange.receive(chunk: [3]) == 2)
        exchange.finish()
        #expect(try await reader.read() == [2, 3])
        #expect(try await reader.read() == nil)
    }

    @Test("an error after the head comes after the bytes that came before it, and stays")
    func failure() async throws {
        let (exchange, reader, stops) = try started()
        exchange.receive(chunk: [1])
        exchange.fail(Failure(.connectionLost, "cut"))
        exchange.finish()
        exchange.receive(chunk: [9])
        #expect(try await reader.read() == [1])
        for _ in 0..<2 {
            await #expect(throws: Failure.self) { try await reader.read() }
        }
        #expect(stops.value == 0)
    }

    @Test("an end without a head is a failure")
    func noHead() async {
        let exchange = Exchange()
        exchange.finish()
        await #expect(throws: Failure.self) { try await exchange.head() }
    }

    @Test("cancelling stops the client once, and a read never mistakes it for the end")
    func cancelling() async throws {
        let (exchange, reader, stops) = try started()
        exchange.receive(chunk: [1])
        reader.cancel()
        reader.cancel()
        exchange.finish()
        #expect(stops.value == 1)
        await #expect(throws: CancellationError.self) { try await reader.read() }
    }

    @Test("cancelling a finished exchange with unread bytes does not make it look complete")
    func cancelledUnread() async throws {
        let (exchange, reader, stops) = try started()
        exchange.receive(chunk: [1])
        exchange.finish()
        reader.cancel()
        #expect(stops.value == 0)
        await #expect(throws: CancellationError.self) { try await reader.read() }
    }

    @Test("dropping the reader stops the client, dropping it after the end does not")
    func dropping() throws {
        var dropped: [Watched<Int>] = []
        do {
            let (_, reader, stops) = try started()
            withExtendedLifetime(reader) { #expect(stops.value == 0) }
            dropped.append(stops)
        }
        do {
            let (exchange, reader, stops) = try started()
            withExtendedLifetime(reader) { exchange.finish() }
            dropped.append(stops)
        }
        #expect(dropped.map(\.value) == [1, 0])
    }

    @Test("a client that is attached after the cancellation is stopped at once")
    func lateClient() {
        let exchange = Exchange()
        exchange.cancel()
        let stops = Watched(0)
        exchange.attach { stops.update { $0 += 1 } }
        #expect(stops.value == 1)
    }

    @Test("who waits for the reader hears of it when all is read, at the end, and at once if nothing waits")
    func drained() async throws {
        let (exchange, reader, _) = try started()
        let told = Watched(0)
        exchange.whenDrained { told.update { $0 += 1 } }
        #expect(told.value == 1)
        exchange.receive(chunk: [1])
        exchange.whenDrained { told.update { $0 += 1 } }
        #expect(told.value == 1)
        _ = try await reader.read()
        #expect(told.value == 2)
        exchange.receive(chunk: [1])
        exchange.whenDrained { told.update { $0 += 1 } }
        reader.cancel()
        #expect(told.value == 3)
    }

    private func started() throws -> (Exchange, any BodyReader, stops: Watched<Int>) {
        let exchange = Exchange()
        let stops = Watched(0)
        exchange.attach { stops.update { $0 += 1 } }
        exchange.receive(head: HTTPResponse(status: .ok))
        return (exchange, try exchange.body(length: nil).makeReader(), stops)
    }
}
