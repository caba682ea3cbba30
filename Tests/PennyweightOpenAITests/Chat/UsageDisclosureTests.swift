import HTTPTypes
import PennyweightPipeline
import PennyweightTesting
import Testing

@testable import PennyweightOpenAI

@Suite struct UsageDisclosureTests {
    private static let eventStream: HTTPFields = [
        .contentType: "text/event-stream; charset=utf-8", .contentLength: "9999",
    ]

    private func send(
        _ json: String, path: String = "/chat/completions", reader: @escaping @Sendable () -> any BodyReader
    ) async throws -> (asked: String, response: Response) {
        let upstream = ScriptedTransport([.body(200, headers: Self.eventStream, reader)])
        let pipeline = Pipeline(to: upstream) { UsageDisclosure() }
        let response = try await pipeline.send(
            Request(.post, path, body: Body(json)), context: Calls.context())
        return (try await Calls.text(upstream.requests[0].body), response)
    }

    @Test(
        "the request changes in one place only",
        arguments: [
            (
                #"{"stream":true, "x":[1.0,  9007199254740993],"x":"\ud800"}"#,
                #"""
                {"stream_options":{"include_usage":true},"stream":true, "x":[1.0,  \#
                9007199254740993],"x":"\ud800"}
                """#
            ),
            (
                #" {"stream": true,"stream_options": null }"#,
                #" {"stream": true,"stream_options": {"include_usage":true} }"#
            ),
            (
                #"{"stream":true,"stream_options":{ }}"#,
                #"{"stream":true,"stream_options":{"include_usage":true }}"#
            ),
            (
                #"{"stream":true,"stream_options":{"include_obfuscation":false}}"#,
                #"{"stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false}}"#
            ),
            (
                #"{"stream":true,"stream_options":{"include_usage": false}}"#,
                #"{"stream":true,"stream_options":{"include_usage": true}}"#
            ),
            (
                #"{"stream":true,"stream_options":{"include_usage":null}}"#,
                #"{"stream":true,"stream_options":{"include_usage":true}}"#
            ),
        ])
    func asking(before: String, after: String) throws {
        #expect(
            String(decoding: try #require(UsageDisclosure.asking(in: before.bytes)), as: UTF8.self) == after)
    }

    @Test(
        "a request that asks, or is no stream, stays as it is",
        arguments: [
            #"{"stream":true,"stream_options":{"include_usage":true}}"#, #"{"stream":false}"#, #"{}"#, "{",
            "",
            #"{"stream":"true"}"#, #"{"stream":true,"stream_options":"x"}"#,
            #"{"stream":true,"stream_options":{"include_usage":"yes"}}"#, #"{"stream":true,"stream":false}"#,
        ])
    func notAsking(json: String) {
        #expect(UsageDisclosure.asking(in: json.bytes) == nil)
    }

    @Test(
        "a caller who did not ask sees no usage, and every other byte",
        arguments: ["text", "azure", "two", "carriageReturns"])
    func hidden(name: String) async throws {
        let stream = try #require(Streams.complete[name])
        let end = name == "carriageReturns" ? "\r\n" : "\n"
        let usageChunk = Streams.chunk("", Streams.usage).replacing("\n", with: end)
        let expected = stream.replacing(usageChunk, with: "").replacing(#","usage":null"#, with: "")
        #expect(expected.contains("usage") == false)
        for seed in UInt64(1)...10 {
            let pieces = Splits.random(stream.bytes, seed: seed).map(ScriptedReader.Step.chunk)
            let (asked, response) = try await send(#"{"stream":true}"#) { ScriptedReader(pieces) }
            #expect(asked == #"{"stream_options":{"include_usage":true},"stream":true}"#)
            #expect(response.head.headerFields[.contentLength] == nil)
            #expect(try await Calls.text(response.body) == expected, "seed \(seed)")
        }
    }

    @Test("every split hides alike", arguments: Streams.framings)
    func everySplit(name: String) throws {
        let bytes = try #require(Streams.complete[name]).bytes
        func shown(_ pieces: [[UInt8]]) throws -> [UInt8] {
            var hiding = UsageHiding(limitBytes: 1_000_000)
            return try pieces.flatMap { try hiding.consume($0) } + hiding.finish()
        }
        let whole = try shown([bytes])
        for pieces in Splits.all(bytes) { #expect(try shown(pieces) == whole) }
    }

    @Test("an azure chunk without choices stays; one with usage goes")
    func emptyChoices() async throws {
        let (_, response) = try await send(#"{"stream":true}"#) {
            ScriptedReader(chunks: [Streams.azureFilter + Streams.chunk("", Streams.usage) + Streams.done])
        }
        #expect(try await Calls.text(response.body) == Streams.azureFilter + Streams.done)
    }

    @Test("usage is taken out of chunks with choices, wherever it stands")
    func spliced() async throws {
        let (_, response) = try await send(#"{"stream":true}"#) {
            ScriptedReader(chunks: [
                "data: {\"usage\": {\"a\":1}, \"choices\":[{}]}\n\n",
                "data:{\"choices\":[{}],\"usage\":{},\"z\":\"usage\"}\n\n",
                "data: {\"choices\":[{\"usage\":1}],\ndata: \"usage\":\ndata: 5}\n\n", Streams.done,
            ])
        }
        #expect(
            try await Calls.text(response.body)
                == """
                data: {\"choices\":[{}]}\n\ndata:{\"choices\":[{}],\
                \"z\":\"usage\"}\n\ndata: {\"choices\":[{\"usage\":1}]}\n\n
                """ + Streams.done
        )
    }

    @Test("a caller who asked gets the stream as it is")
    func asked() async throws {
        let json = #"{"stream":true,"stream_options":{"include_usage":true}}"#
        let (asked, response) = try await send(json) { ScriptedReader(chunks: [Streams.text]) }
        #expect(asked == json)
        #expect(response.head.headerFields[.contentLength] == "9999")
        #expect(try await Calls.text(response.body) == Streams.text)
    }

    @Test("an event passes as soon as it is whole")
    func prompt() async throws {
        let first = Streams.chunk(Streams.choice(#"{"content":"a"}"#), Streams.noUsage)
        let (_, response) = try await send(#"{"stream":true}"#) {
            ScriptedReader([.chunk((first + "data: {").bytes), .hang])
        }
        let reader = try response.body.makeReader()
        let shown = try #require(try await reader.read())
        #expect(String(decoding: shown, as: UTF8.self) == first.replacing(#","usage":null"#, with: ""))
        reader.cancel()
    }

    @Test("a stream that breaks off inside an event ends before it")
    func cut() async throws {
        let (_, response) = try await send(#"{"stream":true}"#) {
            ScriptedReader([
                .chunk("data: {}\n\ndata: {\"cho".bytes), .fail(Failure(.connectionLost, "gone")),
            ])
        }
        let reader = try response.body.makeReader()
        #expect(try await reader.read() == "data: {}\n\n".bytes)
        let failure = await #expect(throws: Failure.self) { try await reader.read() }
        #expect(failure?.code == .connectionLost)
    }

    @Test("an event beyond the limit ends the stream and cancels the upstream")
    func limit() async throws {
        let cancelled = Flag()
        let upstream = ScriptedTransport([
            .body(200, headers: Self.eventStream) {
                ScriptedReader([.chunk(Array(repeating: 0x78, count: 200)), .hang]) { cancelled.set() }
            }
        ])
        let pipeline = Pipeline(to: upstream) { UsageDisclosure(eventLimitBytes: 100) }
        let response = try await pipeline.send(Calls.chat(#"{"stream":true}"#), context: Calls.context())
        let reader = try response.body.makeReader()
        let failure = await #expect(throws: Failure.self) { try await reader.read() }
        #expect(failure?.code == .invalidAnswer)
        #expect(cancelled.isSet)
    }

    @Test("dropping the body cancels the upstream")
    func dropped() async throws {
        let cancelled = Flag()
        do {
            let (_, response) = try await send(#"{"stream":true}"#) {
                ScriptedReader([.hang]) { cancelled.set() }
            }
            _ = response
        }
        #expect(cancelled.isSet)
    }

    @Test("other routes, methods and answers that are no stream pass untouched")
    func untouched() async throws {
        let (asked, _) = try await send(#"{"stream":true}"#, path: "/responses") {
            ScriptedReader(chunks: [Streams.text])
        }
        #expect(asked == #"{"stream":true}"#)
        let upstream = ScriptedTransport([
            .answer(429, #"{"usage":1}"#, headers: [.contentType: "application/json"])
        ])
        let pipeline = Pipeline(to: upstream) { UsageDisclosure() }
        let response = try await pipeline.send(Calls.chat(#"{"stream":true}"#), context: Calls.context())
        #expect(try await Calls.text(response.body) == #"{"usage":1}"#)
    }

    @Test("a stored stream stays readable twice, and hides its usage each time")
    func stored() async throws {
        let upstream = ScriptedTransport([.answer(200, Streams.text, headers: Self.eventStream)])
        let pipeline = Pipeline(to: upstream) { UsageDisclosure() }
        let response = try await pipeline.send(Calls.chat(#"{"stream":true}"#), context: Calls.context())
        #expect(response.body.isReplayable)
        #expect(try await Calls.text(response.body).contains("usage") == false)
        #expect(try await Calls.text(response.body).hasSuffix(Streams.done))
    }

    @Test("content-length follows the edited request")
    func contentLength() async throws {
        let upstream = ScriptedTransport([.status(200)])
        let pipeline = Pipeline(to: upstream) { UsageDisclosure() }
        var request = Calls.chat(#"{"stream":true}"#)
        request.head.headerFields[.contentLength] = "15"
        _ = try await pipeline.send(request, context: Calls.context())
        #expect(
            upstream.requests[0].head.headerFields[.contentLength]
                == upstream.requests[0].body.length.map(String.init))
    }
}
