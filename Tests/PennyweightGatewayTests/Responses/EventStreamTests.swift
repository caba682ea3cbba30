import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightGateway

@Suite struct EventStreamTests {
    private let time = ManualTime()

    private func pieces(
        of reader: any BodyReader, receipt: Receipt? = nil, endsWithDone: Bool = true, limit: Int = 1_000
    ) async throws -> [String] {
        var facts = Facts()
        facts[ReceiptFact.self] = receipt
        var stream = EventStream(
            reader, facts: facts, endsWithDone: endsWithDone, eventLimit: limit, time: time
        ) { try await $0() }
        var pieces: [String] = []
        while let piece = try await stream.next() { pieces.append(String(decoding: piece, as: UTF8.self)) }
        return pieces
    }

    @Test(
        "the cost stands in comments before the terminal event, although it is known only at the body's end")
    func comments() async throws {
        let receipt = Receipt()
        let body = Body(once: ScriptedReader(chunks: ["data: 1\n\n", "data: 2\n\nda", "ta: [DONE]\n\n"]))
        let watched = try body.watched(
            onChunk: { _ in },
            onEnd: { _ in
                receipt.issue(
                    .init(cost: .exact(Money(picos: 165_000_000)), provider: "openai", model: "gpt-4o"))
            })
        let pieces = try await pieces(of: watched.makeReader(), receipt: receipt)
        #expect(
            pieces == [
                "data: 1\n\n", "data: 2\n\n",
                """
                : x-pennyweight-attempts: 1
                : x-pennyweight-provider: openai
                : x-pennyweight-model: gpt-4o
                : x-pennyweight-cost: 0.000165
                : x-pennyweight-cost-status: exact
                : x-pennyweight-saved: 0

                data: [DONE]


                """,
            ])
    }

    @Test("a broken stream ends with an error event at an event's boundary, and without [DONE]")
    func broken() async throws {
        let failure = Failure(.connectionLost, "The connection broke.")
        let reader = ScriptedReader([.chunk(Array("data: 1\n\ndata: {\"hal".utf8)), .fail(failure)])
        let pieces = try await pieces(of: reader)
        #expect(pieces.count == 2)
        #expect(pieces[0] == "data: 1\n\n")
        #expect(pieces[1].hasPrefix(#"data: {"error":{"message":"The connection broke.""#))
        #expect(!pieces.joined().contains("hal"))
        #expect(!pieces.joined().contains("[DONE]"))
    }

    @Test(
        "a clean end without the terminal event is a cut", arguments: ["data: 1\n\n", "data: 1\n\ndata: 2\n"])
    func cut(text: String) async throws {
        let pieces = try await pieces(of: ScriptedReader(chunks: [text]))
        #expect(pieces.last?.contains(#""code":"connection_lost""#) == true)
    }

    @Test("a format without a terminal event ends with its last whole event")
    func withoutDone() async throws {
        let pieces = try await pieces(
            of: ScriptedReader(chunks: ["event: x\ndata: 1\n\n"]), endsWithDone: false)
        #expect(pieces == ["event: x\ndata: 1\n\n", ": x-pennyweight-attempts: 1\n\n"])
    }

    @Test("an event beyond the limit breaks the stream and gives the rest up")
    func eventLimit() async throws {
        let (cancelled, continuation) = AsyncStream<Void>.makeStream()
        let reader = ScriptedReader([.chunk(Array(repeating: 0x61, count: 30)), .hang]) {
            continuation.finish()
        }
        let pieces = try await pieces(of: reader, limit: 29)
        #expect(pieces.first?.contains(#""code":"invalid_answer""#) == true)
        for await _ in cancelled {}
    }

    @Test("a provider that keeps its connection open after the terminal event is not waited for")
    func lazyEnd() async throws {
        let reader = ScriptedReader([.chunk(Array("data: [DONE]\n\n".utf8)), .hang])
        async let pieces = pieces(of: reader)
        await time.waitForSleepers()
        time.advance(by: EventStream.patience)
        #expect(try await pieces.joined().hasSuffix("data: [DONE]\n\n"))
    }

    @Test("an error after the terminal event changes nothing")
    func errorAfterDone() async throws {
        let reader = ScriptedReader([
            .chunk(Array("data: [DONE]\n\n".utf8)), .fail(Failure(.connectionLost, "late")),
        ])
        #expect(try await pieces(of: reader).joined() == ": x-pennyweight-attempts: 1\n\ndata: [DONE]\n\n")
    }

    @Test("cancelling goes through")
    func cancelling() async throws {
        await #expect(throws: CancellationError.self) {
            _ = try await pieces(of: ScriptedReader([.fail(CancellationError())]))
        }
    }
}
