#if Gateway
import PennyweightJSON
import PennyweightTesting
import Testing

@Suite("The simulated provider calls tools")
struct SimulatorToolTests {
    private static let weather = """
        {"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":\
        {"city":{"type":"string"},"unit":{"enum":["C","F"]},"days":{"type":"integer"}}}}}
        """
    private static let clock =
        #"{"type":"function","function":{"name":"clock","parameters":{"type":"object"}}}"#

    @Test("a question with tools is answered by calls whose arguments fit the schema")
    func plain() async throws {
        try await SimulatorBench.run { bench in
            let json = try await bench.chat("Rain?", more: #""tools":[\#(Self.weather),\#(Self.clock)]"#).json
            let calls = json.at("choices", "0", "message", "tool_calls")?.elements ?? []
            #expect(json.at("choices", "0", "finish_reason")?.string == "tool_calls")
            #expect(json.at("choices", "0", "message", "content")?.isNull == true)
            #expect(calls.map { $0.at("function", "name")?.string } == ["weather", "clock"])
            #expect(calls.allSatisfy { $0["index"] == nil && $0["id"]?.string?.hasPrefix("call_") == true })
            let arguments = try JSONDocument(try #require(calls.first?.at("function", "arguments")?.string))
                .root
            #expect(arguments["city"]?.string != nil)
            #expect(["C", "F"].contains(arguments["unit"]?.string))
            #expect(arguments["days"]?.integer != nil)
        }
    }

    @Test("a named tool is called with finish reason stop; none and a tool's result give text")
    func choices() async throws {
        try await SimulatorBench.run { bench in
            let tools = #""tools":[\#(Self.weather),\#(Self.clock)]"#
            let named = try await bench.chat(
                "x", more: tools + #","tool_choice":{"type":"function","function":{"name":"clock"}}"#
            ).json
            #expect(named.at("choices", "0", "finish_reason")?.string == "stop")
            #expect(
                named.at("choices", "0", "message", "tool_calls", "0", "function", "name")?.string == "clock")
            let none = try await bench.chat("x", more: tools + #","tool_choice":"none""#).json
            #expect(none.at("choices", "0", "message", "content")?.string != nil)
            let single = try await bench.chat("x", more: tools + #","parallel_tool_calls":false"#).json
            #expect(single.at("choices", "0", "message", "tool_calls")?.elements.count == 1)
            let result = #"{"role":"tool","tool_call_id":"call_1","content":"sunny"}"#
            let after = try await bench.send(
                "POST", "/v1/chat/completions", #"{"model":"gpt-4o-mini","messages":[\#(result)],\#(tools)}"#
            ).json
            #expect(after.at("choices", "0", "message", "content")?.string != nil)
        }
    }

    @Test("a streamed call has id and name in its first piece, and its arguments join to the plain ones")
    func streamed() async throws {
        try await SimulatorBench.run { bench in
            let tools = #""tools":[\#(Self.weather),\#(Self.clock)]"#
            let plain = try await bench.chat("Rain?", more: tools).json
            let chunks = try await bench.stream("Rain?", more: tools).chunks
            let pieces = chunks.compactMap { $0.at("choices", "0", "delta", "tool_calls", "0") }
            for index in [Int64(0), 1] {
                let own = pieces.filter { $0["index"]?.integer == index }
                #expect(own.count { $0["id"] != nil } == 1)
                #expect(own.first?["id"] != nil)
                let joined = own.compactMap { $0.at("function", "arguments")?.string }.joined()
                let expected = plain.at(
                    "choices", "0", "message", "tool_calls", "\(index)", "function", "arguments")
                #expect(joined == expected?.string)
            }
            #expect(pieces.count > 5)
            #expect(chunks.last?.at("choices", "0", "finish_reason")?.string == "tool_calls")
        }
    }

    @Test("a custom tool gets text as its input")
    func custom() async throws {
        try await SimulatorBench.run { bench in
            let tool = #"{"type":"custom","custom":{"name":"note"}}"#
            let json = try await bench.chat("x", more: #""tools":[\#(tool)]"#).json
            let call = json.at("choices", "0", "message", "tool_calls", "0")
            #expect(call?["type"]?.string == "custom")
            #expect(call?.at("custom", "name")?.string == "note")
            #expect(call?.at("custom", "input")?.string?.isEmpty == false)
        }
    }
}
#endif
