/// Streams of chat chunks, written after OpenAI's published schema; none is a recording.
enum Streams {
    static func chunk(_ choices: String, _ rest: String = "") -> String {
        #"""
        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1767225600,\#
        "model":"gpt-5-mini-2025-08-07",
        """#
            + #""service_tier":"default","system_fingerprint":"fp_1","choices":[\#(choices)]\#(rest)}"#
            + "\n\n"
    }

    static func choice(_ delta: String, index: Int = 0, finish: String? = nil, logprobs: String = "null")
        -> String
    {
        #"""
        {"index":\#(index),"delta":\#(delta),"logprobs":\#(logprobs),\#
        "finish_reason":\#(finish.map { "\"\($0)\"" } ?? "null")}
        """#
    }

    static let done = "data: [DONE]\n\n"
    static let noUsage = #","usage":null,"obfuscation":"x9""#
    static let usage =
        #","usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13,"#
            + #"""
            "prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},\#
            "completion_tokens_details":{"reasoning_tokens":2}}
            """#

    static let text =
        chunk(choice(#"{"role":"assistant","content":"","refusal":null}"#), noUsage)
        + chunk(choice(#"{"content":"Gr\u00fc\u00df "}"#), noUsage)
        + chunk(choice(#"{"content":"Gott, \ud83d"}"#), noUsage)
        + chunk(choice(#"{"content":"\ude00\u2028 ü\#u{2028}!"}"#), noUsage)
        + chunk(choice("{}", finish: "stop"), noUsage)
        + chunk("", usage) + done

    static let tools =
        chunk(
            choice(
                #"""
                {"role":"assistant","content":null,"tool_calls":[{"index":0,\#
                "id":"call_a","type":"function","function":{"name":"weather",\#
                "arguments":""}}],"refusal":null}
                """#
            ))
        + chunk(choice(#"{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\":"}}]}"#))
        + chunk(
            choice(
                #"""
                {"tool_calls":[{"index":1,"id":"call_b","type":"function","function":{\#
                "name":"time","arguments":""}}]}
                """#
            ))
        + chunk(choice(#"{"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]}"#))
        + chunk(
            choice(
                #"""
                {"tool_calls":[{"index":0,"id":"call_a","function":{"name":"weather",\#
                "arguments":"\"Graz\"}"}}]}
                """#
            ))
        + chunk(choice("{}", finish: "tool_calls")) + done

    static let two =
        chunk(choice(#"{"role":"assistant","content":"","refusal":null}"#))
        + chunk(choice(#"{"role":"assistant","content":"","refusal":null}"#, index: 1))
        + chunk(choice(#"{"content":"he"}"#, index: 1)) + chunk(choice(#"{"content":"ta"}"#))
        + chunk(choice(#"{"content":"ads"}"#, index: 1) + "," + choice(#"{"content":"ils"}"#))
        + chunk(choice("{}", index: 1, finish: "stop")) + chunk(choice("{}", finish: "length")) + done

    static let logprobs =
        chunk(
            choice(
                #"{"role":"assistant","content":"","refusal":null}"#,
                logprobs: #"{"content":[],"refusal":null}"#))
        + chunk(
            choice(
                #"{"content":"Hi"}"#,
                logprobs:
                    #"""
                    {"content":[{"token":"Hi","logprob":-0.1,"bytes":[72,105],\#
                    "top_logprobs":[]}],"refusal":null}
                    """#
            ))
        + chunk(
            choice(
                #"{"content":"!"}"#,
                logprobs:
                    #"""
                    {"content":[{"token":"!","logprob":-1.50,"bytes":[33],\#
                    "top_logprobs":[]}],"refusal":null}
                    """#
            ))
        + chunk(choice("{}", finish: "stop")) + done

    static let refusal =
        chunk(choice(#"{"role":"assistant","content":null,"refusal":""}"#))
        + chunk(choice(#"{"refusal":"I can't "}"#)) + chunk(choice(#"{"refusal":"do that."}"#))
        + chunk(choice("{}", finish: "stop")) + done

    static let reasoning =
        chunk(choice(#"{"role":"assistant","content":null,"reasoning_content":"I "}"#))
        + chunk(choice(#"{"role":"assistant","reasoning_content":"think"}"#))
        + chunk(choice(#"{"role":"assistant","content":"therefore"}"#)) + chunk(choice("{}", finish: "stop"))
        + done

    static let audio =
        chunk(
            choice(
                #"""
                {"role":"assistant","content":null,"refusal":null,"audio":{\#
                "id":"audio_1","transcript":"Good "}}
                """#
            ))
        + chunk(choice(#"{"audio":{"data":"AAEC"}}"#))
        + chunk(choice(#"{"audio":{"transcript":"day","data":"AwQ="}}"#))
        + chunk(choice(#"{"audio":{"id":"audio_1","expires_at":1767229200}}"#))
        + chunk(choice("{}", finish: "stop")) + done

    static let functionCall =
        chunk(choice(#"{"role":"assistant","content":null,"function_call":{"name":"f","arguments":""}}"#))
        + chunk(choice(#"{"function_call":{"arguments":"{\"a\""}}"#))
        + chunk(choice(#"{"function_call":{"arguments":":1}"}}"#))
        + chunk(choice("{}", finish: "function_call")) + done

    static let azureFilter =
        #"""
        data: {"choices":[],"created":0,"id":"","model":"","object":"",\#
        "prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"hate":{\#
        "filtered":false,"severity":"safe"}}}]}
        """#
        + "\n\n"
    static let azure = azureFilter + text

    static let errorEvent =
        chunk(choice(#"{"role":"assistant","content":"Hal"}"#))
            + #"""
            data: {"error":{"message":"The server had an error","type":"server_error",\#
            "param":null,"code":null}}
            """#
        + "\n\n"

    static let carriageReturns =
        ": keep-alive\r\n\r\n"
        + text.replacing("\n", with: "\r\n").replacing("data: [DONE]", with: ": more\r\ndata: [DONE]")
    static let bareCarriageReturns = text.replacing("\n", with: "\r")
    static let multipleLines =
        """
        \u{FEFF}data: {\"id\":\"c\",\"object\":\ndata: \"chat.completion.chunk\",\
        \"created\":1,\"model\":\"m\",\n
        """
        + "data:\"choices\":[" + choice(#"{"role":"assistant","content":"a"}"#, finish: "stop")
        + "],\n: aside\n"
        + "data: \"usage\":null}\n\n" + done

    /// The complete streams that differ in how they are written, not only in what they say.
    static let framings = ["azure", "bareCarriageReturns", "carriageReturns", "multipleLines"]

    /// Every stream that is complete.
    static let complete: [String: String] = [
        "text": text, "tools": tools, "two": two, "logprobs": logprobs, "refusal": refusal,
        "reasoning": reasoning,
        "audio": audio, "functionCall": functionCall, "azure": azure, "carriageReturns": carriageReturns,
        "bareCarriageReturns": bareCarriageReturns, "multipleLines": multipleLines,
    ]
}

extension String {
    func replacing(_ old: String, with new: String) -> String {
        split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
    }

    var bytes: [UInt8] { Array(utf8) }
}
