import PennyweightJSON
import PennyweightPipeline
import Testing

@testable import PennyweightOpenAI

@Suite struct ChatRequestTests {
    @Test("what the stages need is read, and the rest is left alone")
    func fields() throws {
        let json = #"""
            {"model":"m","messages":[{}],"stream":true,"stream_options":{"include_usage":true},"n":3,
             "max_tokens":5,"max_completion_tokens":7,"service_tier":"flex","anything":{"a":[1e400]}}
            """#
        let request = try ChatRequest(json.bytes)
        #expect(request.model == "m")
        #expect(request.isStreaming && request.includesUsage)
        #expect(request.choiceCount == 3)
        #expect(request.maximumTokens == 7)
        #expect(request.serviceTier == "flex")
        #expect(request.document.bytes == json.bytes)
    }

    @Test("what is not given has no value")
    func absent() throws {
        let request = try ChatRequest(
            #"{"model":"m","messages":[{}],"max_completion_tokens":null,"max_tokens":4,"n":null}"#.bytes)
        #expect(!request.isStreaming && !request.includesUsage)
        #expect(request.choiceCount == 1)
        #expect(request.maximumTokens == 4)
        #expect(request.serviceTier == nil)
        #expect(
            try ChatRequest(#"{"model":"m","messages":[{}],"n":0,"max_tokens":1.5}"#.bytes).choiceCount == nil
        )
        #expect(
            try ChatRequest(#"{"model":"m","messages":[{}],"n":0,"max_tokens":1.5}"#.bytes).maximumTokens
                == nil)
    }

    @Test(
        "a wrong request names the parameter and the reason",
        arguments: [
            (#"{"messages":[{}]}"#, "model", "missing_required_parameter"),
            (#"{"model":null,"messages":[{}]}"#, "model", "missing_required_parameter"),
            (#"{"model":5,"messages":[{}]}"#, "model", "invalid_type"),
            (#"{"model":"","messages":[{}]}"#, "model", "invalid_value"),
            (#"{"model":"m"}"#, "messages", "missing_required_parameter"),
            (#"{"model":"m","messages":"hi"}"#, "messages", "invalid_type"),
            (#"{"model":"m","messages":[]}"#, "messages", "empty_array"),
            (#"{"model":"m","messages":[{}],"stream":"true"}"#, "stream", "invalid_type"),
            (#"[]"#, nil, "invalid_type"),
        ] as [(String, String?, String)])
    func wrong(json: String, param: String?, code: String) throws {
        let problem = #expect(throws: RequestProblem.self) { try ChatRequest(json.bytes) }
        #expect(problem?.param == param)
        #expect(problem?.code == code)
        #expect(problem?.failure.code == .invalidRequest)
        #expect(problem?.failure.wasNeverSent == true)
    }

    @Test("malformed JSON names the position")
    func malformed() {
        let problem = #expect(throws: RequestProblem.self) { try ChatRequest("{\"model\":\n\"m\",}".bytes) }
        #expect(problem?.failure.message.contains("line 2, column 5") == true)
        #expect(problem?.param == nil)
    }
}
