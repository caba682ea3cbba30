import PennyweightJSON
import PennyweightMiddleware
import PennyweightPipeline
import Testing

@testable import PennyweightOpenAI

@Suite struct ResponseFoldingTests {
    private func fold(_ pieces: [[UInt8]]) -> [UInt8]? {
        var folding = ResponseFolding()
        for piece in pieces { folding.consume(piece) }
        return folding.finish()?.body
    }

    private static let stored =
        #"{"id":"resp_1","object":"response","created_at":1,"status":"completed","error":null,"model":"gpt-5-mini","#
        + #""output":[{"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"Think."}]},"#
        + #"{"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","#
        + #""annotations":[{"type":"url_citation","url":"u"}],"logprobs":[],"text":"Hello, \u00fcber."}]},"#
        + #"{"id":"fc_1","type":"function_call","status":"completed","call_id":"c","name":"f","#
        + #""arguments":"{\"a\":1}"}],"store":false,"usage":{"input_tokens":3}}"#

    private var events: [[UInt8]] { get throws { try ResponseUnfolding(Self.stored.bytes).events } }

    private func joined(_ events: [[UInt8]]) -> [UInt8] { Array(events.joined()) }

    @Test(
        "the event sequence is the API's: created, items added, filled and done, completed; numbered from 0")
    func sequence() throws {
        var parser = SSEParser()
        let parsed = try parser.consume(joined(try events))
        let roots = try parsed.map { try JSONDocument($0.data).root }
        #expect(roots.map { $0["type"]?.string } == parsed.map(\.type))
        #expect(roots.map { $0["sequence_number"]?.integer } == (0..<roots.count).map(Int64.init))
        #expect(
            parsed.map { $0.type.replacing("response.", with: "") } == [
                "created", "in_progress",
                "output_item.added", "reasoning_summary_part.added", "reasoning_summary_text.delta",
                "reasoning_summary_text.done", "reasoning_summary_part.done", "output_item.done",
                "output_item.added", "content_part.added", "output_text.delta",
                "output_text.annotation.added",
                "output_text.done", "content_part.done", "output_item.done",
                "output_item.added", "function_call_arguments.delta", "function_call_arguments.done",
                "output_item.done", "completed",
            ])
        #expect(roots[0]["response"]?["status"]?.string == "in_progress")
        #expect(roots[0]["response"]?["output"]?.elements.isEmpty == true)
        #expect(roots[0]["response"]?["usage"]?.isNull == true)
        #expect(roots[10]["item_id"]?.string == "msg_1")
        #expect(roots[10]["output_index"]?.integer == 1)
        #expect(roots[10]["content_index"]?.integer == 0)
        #expect(roots[10]["delta"]?.string == "Hello, über.")
        #expect(roots[9]["part"]?["text"]?.string == "")
        #expect(roots[17]["arguments"]?.string == #"{"a":1}"#)
        #expect(roots[17]["name"]?.string == "f")
        #expect(roots[15]["item"]?["status"]?.string == "in_progress")
        #expect(roots[15]["item"]?["arguments"]?.string == "")
        #expect(roots[19]["response"]?.source.elementsEqual(Self.stored.utf8) == true)
    }

    @Test(
        "fold after unfold is the same bytes, for any response, at every split point",
        arguments: UInt64(1)...25)
    func identity(seed: UInt64) throws {
        let answers = Answers(seed: seed)
        for _ in 0..<5 {
            let stored = answers.response().bytes
            let stream = try ResponseUnfolding(stored).bytes
            #expect(fold([stream]) == stored, "seed \(seed): \(String(decoding: stored, as: UTF8.self))")
            #expect(fold(Splits.random(stream, seed: seed)) == stored, "seed \(seed)")
        }
        let stored = answers.response().bytes
        let stream = try ResponseUnfolding(stored).bytes
        for place in stride(from: 0, through: stream.count, by: max(1, stream.count / 200)) {
            #expect(
                fold([Array(stream[..<place]), Array(stream[place...])]) == stored,
                "seed \(seed), at \(place)")
        }
        #expect(fold(Splits.single(stream)) == stored)
    }

    @Test("a stream that is cut anywhere is no answer")
    func cut() throws {
        let stream = joined(try events)
        for count in 0..<stream.count - 1 { #expect(fold([Array(stream[..<count])]) == nil, "at \(count)") }
        #expect(fold([stream]) == Self.stored.bytes)
    }

    @Test("a stream without one of its events is no answer, unless its numbers are missing too")
    func lost() throws {
        let events = try events
        for index in events.indices.dropFirst() {
            var rest = events
            rest.remove(at: index)
            #expect(fold([joined(rest)]) == nil, "without event \(index)")
        }
        for index in events.indices.dropLast() {
            var doubled = events
            doubled.insert(events[index], at: index)
            #expect(fold([joined(doubled)]) == nil, "event \(index) twice")
        }
    }

    /// The stream without numbers, as some servers send it.
    private func unnumbered() throws -> String {
        try events.enumerated().map { number, event in
            String(decoding: event, as: UTF8.self).replacing(#""sequence_number":\#(number),"#, with: "")
        }.joined()
    }

    @Test("without numbers, the deltas must still say what the response says")
    func deltas() throws {
        let stream = try unnumbered()
        #expect(fold([stream.bytes]) == Self.stored.bytes)
        let spoiled = [
            (#""delta":"Hello, \u00fcber.""#, #""delta":"Hello""#),
            (#""delta":"Think.""#, #""delta":"Thinks.""#),
            (#""delta":"{\"a\":1}""#, #""delta":"{\"a\":2}""#), (#""delta":"Think.""#, #""delta":5"#),
            (#""summary_index":0"#, #""summary_index":7"#), (#""content_index":0"#, #""content_index":-1"#),
            (#""output_index":2"#, #""output_index":9"#),
            ("event: response.completed", "event: response.failed"),
            (#""type":"response.completed""#, #""type":"response.incomplete""#),
            (
                #""id":"resp_1","object":"response","created_at":1,"status":"completed""#,
                #""id":"resp_2","object":"response","created_at":1,"status":"completed""#
            ),
        ]
        for (old, new) in spoiled {
            let other = stream.replacing(old, with: new)
            #expect(other != stream, "\(old)")
            #expect(fold([other.bytes]) == nil, "\(new)")
        }
        let escaped = stream.replacing(#""delta":"Hello, \u00fcber.""#, with: #""delta":"Hello, über.""#)
        #expect(fold([escaped.bytes]) == Self.stored.bytes, "another spelling says the same")
    }

    @Test("a response that failed, works in the background or is not at its end is no answer")
    func states() throws {
        let stream = joined(try events)
        let failed = String(decoding: stream, as: UTF8.self).replacing(
            "response.completed", with: "response.failed")
        #expect(fold([failed.bytes]) == nil)
        let error = SSEWriter.event(
            #"{"type":"error","code":"x","message":"m","param":null}"#.bytes, type: "error")
        #expect(fold([error + stream]) == nil)
        for (old, new) in [
            (#""status":"completed""#, #""status":"in_progress""#),
            (#""error":null"#, #""error":{"code":"x"}"#),
            (#""store":false"#, #""store":false,"background":true"#),
            (#""object":"response""#, #""object":"list""#),
        ] {
            let stored = Self.stored.replacing(old, with: new)
            #expect(throws: Failure.self, "\(new)") { try ResponseUnfolding(stored.bytes) }
            var plain = PlainFolding.response
            plain.consume(stored.bytes)
            #expect(plain.finish() == nil, "\(new)")
        }
        var plain = PlainFolding.response
        plain.consume(Self.stored.bytes)
        #expect(plain.finish()?.body == Self.stored.bytes)
    }

    @Test("a response that was cut at a bound ends as incomplete")
    func incomplete() throws {
        let stored = Self.stored.replacing(
            #""created_at":1,"status":"completed""#, with: #""created_at":1,"status":"incomplete""#)
        let events = try ResponseUnfolding(stored.bytes).events
        #expect(
            String(decoding: events[events.count - 1], as: UTF8.self).hasPrefix(
                "event: response.incomplete\n"))
        #expect(fold([joined(events)]) == stored.bytes)
    }

    @Test(
        "filling is dropped, events that nobody knows are passed over, and nothing after the end is looked at"
    )
    func extras() throws {
        let stream = try unnumbered()
        let known = stream.replacing(#""delta":"Think.""#, with: #""delta":"Think.","obfuscation":"x9""#)
        let unknown = "event: response.x.delta\ndata: {\"type\":\"response.x.delta\",\"delta\":1}\n\n"
        let halves = known.split(separator: "event: response.output_item.done", maxSplits: 1)
        let extended = halves[0] + unknown + "event: response.output_item.done" + halves[1]
        #expect(fold([(extended + "data: [DONE]\n\n").bytes]) == Self.stored.bytes)
    }

    @Test("a stored answer with line breaks is streamed in one line per event")
    func spaced() throws {
        let spaced = Self.stored.replacing(",\"", with: ",\n  \"")
        let stream = try ResponseUnfolding(spaced.bytes).bytes
        #expect(fold([stream]) == Self.stored.bytes)
    }
}
