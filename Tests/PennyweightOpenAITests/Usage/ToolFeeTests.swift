import PennyweightLedger
import PennyweightMiddleware
import Testing

@testable import PennyweightOpenAI

@Suite("Fees of tools")
struct ToolFeeTests {
    private func meters(
        _ json: String, _ route: String = "/responses", _ convention: UsageConvention = .openAI
    )
        -> [Usage.Meter]?
    {
        Reading(convention: convention, route: route).plain(json).usage?.meters
    }

    private static let usage = #""usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}"#

    @Test("a response's calls are counted by tool; the caller's own tools and MCP have no fee")
    func calls() {
        let output = [
            #"{"type":"web_search_call"}"#, #"{"type":"web_search_call","action":{"type":"search"}}"#,
            #"{"type":"web_search_call","action":{"type":"find_in_page"}}"#, #"{"type":"file_search_call"}"#,
            #"{"type":"code_interpreter_call","container_id":"a"}"#,
            #"{"type":"code_interpreter_call","container_id":"a"}"#,
            #"{"type":"code_interpreter_call","container_id":"b"}"#, #"{"type":"function_call"}"#,
            #"{"type":"mcp_call"}"#, #"{"type":"computer_call"}"#, #"{"type":"message"}"#,
            #"{"type":"new_call"}"#,
        ].joined(separator: ",")
        #expect(
            meters(#"{"output":[\#(output)],\#(Self.usage)}"#) == [
                Usage.Meter(.search, count: 2), Usage.Meter(.toolCall, variant: "code_interpreter", count: 2),
                Usage.Meter(.toolCall, variant: "file_search", count: 1),
                Usage.Meter(.toolCall, variant: "new", count: 1),
            ])
        #expect(meters(#"{"output":[],\#(Self.usage)}"#) == [Usage.Meter(.search, count: 0)])
        #expect(meters(#"{"output":[]}"#) == nil)
    }

    @Test("searches that a report counts are a meter; zero is zero, and what can't be read is no count")
    func reports() {
        let chat = { (members: String) in
            meters(
                #"{"usage":{"prompt_tokens":1,"completion_tokens":1,\#(members)}}"#, "/chat/completions",
                .compatible)
        }
        #expect(chat(#""server_tool_use":{"web_search_requests":3}"#) == [.init(.search, count: 3)])
        #expect(chat(#""server_tool_use":{"web_search_requests":0}"#) == [.init(.search, count: 0)])
        #expect(chat(#""num_sources_used":2"#) == [.init(.search, count: 2)])
        #expect(chat(#""num_search_queries":"2""#) == [.init(.search, count: -1)])
        #expect(chat(#""server_tool_use":null"#) == [])
    }

    @Test("grounding is a search for each prompt in older Gemini models, and for each query in newer ones")
    func grounding() {
        let answer = { (model: String) in
            #"""
            {"modelVersion":"\#(model)","candidates":[{"groundingMetadata":{"webSearchQueries":["a","b"]}}],\#
            "usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1,"totalTokenCount":2}}
            """#
        }
        #expect(meters(answer("gemini-2.5-flash"), "/models/g", .gemini) == [.init(.search, count: 1)])
        #expect(meters(answer("gemini-3-pro"), "/models/g", .gemini) == [.init(.search, count: 2)])
    }

    @Test("a tool without a price makes the cost unknown, never silently nothing")
    func unknownFee() async throws {
        let scene = try MeterScene([("m", #""input_token":"1","output_token":"1","search":"0.01""#, "")])
        let answer = { (type: String) in
            #"{"model":"m","output":[{"type":"\#(type)"}],\#(Self.usage)}"#
        }
        let body = #"{"model":"m","input":"hi","tools":[{"type":"web_search"}]}"#
        let searched = try await scene.send("/responses", body, [.text(answer("web_search_call"))])
        #expect(searched?.cost == .exact(Money(picos: 10_000_000_000 + 2_000_000)))
        #expect(scene.bound == nil)
        let interpreted = try await scene.send("/responses", body, [.text(answer("code_interpreter_call"))])
        guard case .unknown(let reason)? = interpreted?.cost else {
            Issue.record("\(String(describing: interpreted?.cost))")
            return
        }
        #expect(reason.contains("tool_call:code_interpreter"))
    }
}
