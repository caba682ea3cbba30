import HTTPTypes
import Logging
import Metrics
import PennyweightLedger
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing
import Tracing

@testable import PennyweightOpenAI

@Suite("Streams that end without [DONE]")
struct CompletenessRuleTests {
    private let time = ManualTime(at: Timestamp(seconds: 1_795_305_600))  // 2026-11-22
    private let ledger = MemoryLedger(limit: 100)
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static func chunk(_ choices: String, usage: String = "null") -> String {
        #"data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini-2024-07-18","#
            + "\"choices\":[\(choices)],\"usage\":\(usage)}\n\n"
    }

    private static func piece(_ index: Int, _ text: String) -> String {
        chunk(#"{"index":\#(index),"delta":{"role":"assistant","content":"\#(text)"},"finish_reason":null}"#)
    }

    private static func end(_ index: Int) -> String {
        chunk(#"{"index":\#(index),"delta":{},"finish_reason":"stop"}"#)
    }

    private static let usage = chunk(
        "", usage: #"{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}"#)

    /// Sends two streamed requests to a provider that answers each with these bytes, and ends cleanly.
    private func run(
        _ stream: String, by rule: CompletenessRule, n: Int = 1
    ) async throws -> (texts: [String?], asked: Int) {
        let step = ScriptedTransport.Step.body(200, headers: [.contentType: "text/event-stream"]) {
            ScriptedReader([.chunk(Array(stream.utf8))])
        }
        let upstream = ScriptedTransport([step, step])
        let stages = StandardStages(
            provider: .init(
                name: "openai", baseURL: try BaseURL("https://example.test/v1"), key: try Secret("key"),
                completeness: rule),
            ledger: ledger, cache: MemoryCache(limitBytes: 1 << 20), prices: try PriceBook.shipped(),
            time: time, random: SeededRandom(seed: 70_401), metrics: NOOPMetricsHandler.instance,
            tracer: NoOpTracer(), logger: logger)
        let pipeline = stages.pipeline(to: upstream)
        var texts: [String?] = []
        for _ in 0..<2 {
            let context = Context(id: SortableID(time: time, random: SystemRandom()), logger: logger)
            let request = Request(
                .post, "/chat/completions",
                body: Body(
                    #"{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hi"}],"#
                        + #""stream":true,"n":\#(n)}"#
                ))
            let response = try await pipeline.send(request, context: context)
            do {
                texts.append(String(decoding: try await response.body.collect(upTo: 1 << 20), as: UTF8.self))
            } catch {
                #expect((error as? Failure)?.code == .connectionLost)
                texts.append(nil)
            }
        }
        await stages.finish(within: .seconds(1))
        return (texts, upstream.requests.count)
    }

    @Test("with the rule, a clean end after all choices is whole, stored, and gets its [DONE]")
    func finished() async throws {
        let stream = Self.piece(0, "Iron.") + Self.end(0) + Self.usage
        let (texts, asked) = try await run(stream, by: .finished)
        #expect(asked == 1)
        for text in texts {
            #expect(text?.contains("Iron.") == true && text?.hasSuffix("data: [DONE]\n\n") == true)
            #expect(text?.components(of: "[DONE]") == 1)
        }
        let total = try await ledger.report(ReportQuery(by: .outcome))
        #expect(Set(total.rows.map(\.group)) == [["hit"], ["served"]])
        #expect(total.total.charged == MoneyTotal(picos: 10 * 150_000 + 2 * 600_000))
    }

    @Test("without the rule, which is the default, the same ends with an error and is not stored")
    func strict() async throws {
        let stream = Self.piece(0, "Iron.") + Self.end(0) + Self.usage
        let (texts, asked) = try await run(stream, by: .done)
        #expect(asked == 2 && texts == [nil, nil])
    }

    @Test("a stream that has its [DONE] stays as it is") func hasDone() async throws {
        let stream = Self.piece(0, "Iron.") + Self.end(0) + Self.usage + "data: [DONE]\n\n"
        let (texts, asked) = try await run(stream, by: .finished)
        #expect(asked == 1)
        #expect(texts.allSatisfy { $0?.components(of: "[DONE]") == 1 })
    }

    /// Streams that end before they are whole, and how many choices were asked for.
    private static let cuts: [(stream: String, count: Int)] = {
        let half = #"data: {"id":"c","choi"#
        var cuts: [(stream: String, count: Int)] = [(piece(0, "Iron."), 1)]
        cuts.append((piece(0, "a") + piece(1, "b") + end(0), 2))
        cuts.append((piece(0, "a") + end(0), 2))
        cuts.append((piece(1, "a") + end(1), 1))
        cuts.append(("", 1))
        cuts.append((piece(0, "a") + end(0) + half, 1))
        cuts.append((piece(0, "a") + end(0) + "data: {}\n", 1))
        return cuts
    }()

    @Test(
        "a choice that has not finished, one that is missing, an error, or half an event is a cut stream",
        arguments: 0..<7)
    func cut(number: Int) async throws {
        let (stream, count) = Self.cuts[number]
        let (texts, asked) = try await run(stream, by: .finished, n: count)
        #expect(asked == 2 && texts == [nil, nil])
    }

    @Test("cut at every byte, no half of a stream with two choices is stored or ends cleanly")
    func everywhere() async throws {
        let stream = Array(
            (Self.piece(0, "Iron.") + Self.piece(1, "Zinc.") + Self.end(1) + Self.end(0)).utf8)
        for length in 0..<stream.count {
            var whole = WholeEvents(
                endingWith: .done, limitBytes: 1 << 20, acceptsFinished: true, choiceCount: 2)
            var folding = ChatFolding(choiceCount: 2, completeness: .finished)
            _ = try whole.consume(Array(stream[..<length]))
            folding.consume(Array(stream[..<length]))
            // Without the last line feed the last event is not finished.
            #expect(throws: Failure.self, "at \(length)") { try whole.finish() }
            #expect(folding.finish() == nil, "at \(length)")
        }
        var folding = ChatFolding(choiceCount: 2, completeness: .finished)
        folding.consume(stream)
        let folded = folding.finish()
        #expect(folded != nil)
    }
}

extension String {
    fileprivate func components(of part: String) -> Int {
        var count = 0
        var rest = self[...]
        while let range = rest.firstRange(of: part) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
