#if Gateway
import PennyweightJSON
import PennyweightLedger
import PennyweightTesting
import Testing

@Suite("The simulated provider answers chat completions as OpenAI does")
struct SimulatorChatTests {
    @Test("the same question gets the same text with a new id; another question gets another text")
    func determinism() async throws {
        try await SimulatorBench.run { bench in
            let answers = [
                try await bench.chat("Hello").json, try await bench.chat("Hello").json,
                try await bench.chat("Hello!").json,
            ]
            let texts = answers.map { $0.at("choices", "0", "message", "content")?.string }
            #expect(texts[0]?.isEmpty == false)
            #expect(texts[0] == texts[1])
            #expect(texts[0] != texts[2])
            #expect(Set(answers.map { $0["id"]?.string }).count == 3)
        }
    }

    @Test("another seed gives another text")
    func seeds() async throws {
        var texts: Set<String?> = []
        for seed in [UInt64(1), 2] {
            try await SimulatorBench.run(seed: seed) { bench in
                texts.insert(try await bench.chat().json.at("choices", "0", "message", "content")?.string)
            }
        }
        #expect(texts.count == 2)
    }

    @Test("a plain answer has every field that OpenAI's has, and names the dated model")
    func shape() async throws {
        try await SimulatorBench.run { bench in
            let answer = try await bench.chat()
            let json = try answer.json
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/json")
            #expect(answer.headers["x-request-id"]?.hasPrefix("req_") == true)
            #expect(json["object"]?.string == "chat.completion")
            #expect(json["id"]?.string?.hasPrefix("chatcmpl-") == true)
            #expect(json["created"]?.integer != nil)
            #expect(json["model"]?.string == "gpt-4o-mini-2024-07-18")
            #expect(json["service_tier"]?.string == "default")
            #expect(json.at("choices", "0", "finish_reason")?.string == "stop")
            #expect(json.at("choices", "0", "logprobs")?.isNull == true)
            #expect(json.at("choices", "0", "message", "refusal")?.isNull == true)
            #expect(json.at("usage", "prompt_tokens_details", "cached_tokens")?.integer == 0)
            #expect(json.at("usage", "completion_tokens_details", "reasoning_tokens")?.integer == 0)
            let usage = ["prompt_tokens", "completion_tokens", "total_tokens"].map {
                json["usage"]?[$0]?.integer ?? 0
            }
            #expect(usage[0] > 0 && usage[1] > 0 && usage[0] + usage[1] == usage[2])
        }
    }

    @Test("a stream gives the text of the plain answer, token by token, and ends with [DONE]")
    func streamEqualsPlain() async throws {
        try await SimulatorBench.run { bench in
            let plain = try await bench.chat().json
            let stream = try await bench.stream()
            let chunks = try stream.chunks
            let text = chunks.compactMap { $0.at("choices", "0", "delta", "content")?.string }.joined()
            #expect(stream.headers["content-type"] == "text/event-stream; charset=utf-8")
            #expect(text == plain.at("choices", "0", "message", "content")?.string)
            #expect(stream.events.last == "[DONE]")
            #expect(!stream.brokeOff)
            #expect(Set(chunks.map { $0["id"]?.string }).count == 1)
            #expect(chunks.first?.at("choices", "0", "delta", "role")?.string == "assistant")
            #expect(chunks.last?.at("choices", "0", "finish_reason")?.string == "stop")
            let tokens = chunks.count { $0.at("choices", "0", "delta", "content")?.string?.isEmpty == false }
            #expect(Int64(tokens) == plain.at("usage", "completion_tokens")?.integer)
        }
    }

    @Test("usage comes in a stream only if it is asked for: null in each chunk, then a chunk without choices")
    func usageInStreams() async throws {
        try await SimulatorBench.run { bench in
            let without = try await bench.stream().chunks
            #expect(without.allSatisfy { $0["usage"] == nil && $0["choices"]?.elements.count == 1 })
            let with = try await bench.stream("Hello", more: #""stream_options":{"include_usage":true}"#)
                .chunks
            #expect(with.dropLast().allSatisfy { $0["usage"]?.isNull == true })
            #expect(with.last?["choices"]?.elements.isEmpty == true)
            #expect(with.last?.at("usage", "total_tokens")?.integer ?? 0 > 0)
        }
    }

    @Test("several choices differ, are counted together, and take turns in a stream")
    func severalChoices() async throws {
        try await SimulatorBench.run { bench in
            let plain = try await bench.chat("Hello", more: #""n":3"#).json
            let texts = plain["choices"]?.elements.map { $0.at("message", "content")?.string ?? "" } ?? []
            #expect(Set(texts).count == 3)
            let chunks = try await bench.stream("Hello", more: #""n":3"#).chunks
            let joined = (0..<3).map { index in
                chunks.filter { $0.at("choices", "0", "index")?.integer == index }
                    .compactMap { $0.at("choices", "0", "delta", "content")?.string }.joined()
            }
            #expect(joined == texts)
            #expect(chunks.count { $0.at("choices", "0", "finish_reason")?.string == "stop" } == 3)
        }
    }

    @Test("a limit cuts the answer with finish reason length, a stop sequence with stop")
    func limits() async throws {
        try await SimulatorBench.run { bench in
            let short = try await bench.chat("Hello", more: #""max_tokens":3"#).json
            #expect(short.at("choices", "0", "finish_reason")?.string == "length")
            #expect(short.at("usage", "completion_tokens")?.integer == 3)
            let stopped = try await bench.chat("Hello", more: #""stop":[" the "]"#).json
            #expect(stopped.at("choices", "0", "finish_reason")?.string == "stop")
            #expect(stopped.at("choices", "0", "message", "content")?.string?.contains(" the ") == false)
        }
    }

    @Test("a reasoning model reports hidden tokens inside its completion tokens")
    func reasoning() async throws {
        try await SimulatorBench.run { bench in
            let usage = try #require(try await bench.chat(model: "o3-mini").json["usage"])
            let hidden = usage.at("completion_tokens_details", "reasoning_tokens")?.integer ?? 0
            #expect(hidden > 0)
            #expect(usage["completion_tokens"]?.integer ?? 0 > hidden)
        }
    }

    @Test("a long prompt that comes again is read from the prompt cache, in steps of 128 tokens")
    func promptCache() async throws {
        try await SimulatorBench.run { bench in
            let long = String(repeating: "one two three ", count: 600)
            let first = try await bench.chat(long).json
            let second = try await bench.chat(long).json
            let prompt = second.at("usage", "prompt_tokens")?.integer ?? 0
            #expect(first.at("usage", "prompt_tokens_details", "cached_tokens")?.integer == 0)
            #expect(
                second.at("usage", "prompt_tokens_details", "cached_tokens")?.integer == prompt / 128 * 128)
            #expect(bench.provider.charges.last?.usage.tokens?.cachedInput == prompt / 128 * 128)
        }
    }

    @Test("JSON mode and a JSON schema give JSON")
    func jsonModes() async throws {
        try await SimulatorBench.run { bench in
            let object = try await bench.chat("Hello", more: #""response_format":{"type":"json_object"}"#)
                .json
            let text = try #require(object.at("choices", "0", "message", "content")?.string)
            #expect(try JSONDocument(text).root["answer"]?.string != nil)
            let schema =
                #"{"type":"object","properties":{"city":{"type":"string"},"count":{"type":"integer"}}}"#
            let format =
                #""response_format":{"type":"json_schema","json_schema":{"name":"x","schema":\#(schema)}}"#
            let typed = try await bench.chat("Hello", more: format).json
            let value = try JSONDocument(try #require(typed.at("choices", "0", "message", "content")?.string))
                .root
            #expect(value["city"]?.string != nil)
            #expect(value["count"]?.integer != nil)
        }
    }

    @Test("log probabilities come with each token if they are asked for")
    func logprobs() async throws {
        try await SimulatorBench.run { bench in
            let json = try await bench.chat("Hello", more: #""logprobs":true,"top_logprobs":2"#).json
            let tokens = json.at("choices", "0", "logprobs", "content")?.elements ?? []
            #expect(Int64(tokens.count) == json.at("usage", "completion_tokens")?.integer)
            #expect(tokens.first?["top_logprobs"]?.elements.count == 2)
        }
    }

    @Test("parameters that OpenAI doesn't have are echoed, and the body is kept byte for byte")
    func unknownParameters() async throws {
        try await SimulatorBench.run { bench in
            let json = try await bench.chat(
                "Hello", more: #""top_k":  9007199254740993.0, "x":{"y":[1,true]}"#
            ).json
            #expect(
                json["unknown_parameters"].map { String(decoding: $0.source, as: UTF8.self) }
                    == #"{"top_k":9007199254740993.0,"x":{"y":[1,true]}}"#)
            let body = String(decoding: bench.provider.requests.last?.body ?? [], as: UTF8.self)
            #expect(body.contains(#""top_k":  9007199254740993.0, "x""#))
        }
    }

    @Test(
        "a request that is not right is refused in OpenAI's shape, and not billed",
        arguments: [
            (#"{"messages":[{"role":"user","content":"x"}]}"#, 400, "null"),
            (#"{"model":"gpt-4o-mini"}"#, 400, #""missing_required_parameter""#),
            (#"{"model":"gpt-4o-mini","messages":[]}"#, 400, #""empty_array""#),
            (#"{"model":"gpt-4o-mini","messages":[{}],"n":0}"#, 400, #""invalid_value""#),
            (#"{"model":"simulated/nothing","messages":[{}]}"#, 404, #""model_not_found""#),
            (#"{"model":"gpt-4o-mini","messages":[}"#, 400, "null"),
        ])
    func refusals(body: String, status: Int, code: String) async throws {
        try await SimulatorBench.run { bench in
            let answer = try await bench.send("POST", "/v1/chat/completions", body)
            let error = try #require(try answer.json["error"])
            #expect(answer.status == status)
            #expect(error["code"].map { String(decoding: $0.source, as: UTF8.self) } == code)
            #expect(error["message"]?.string?.isEmpty == false)
            #expect(error["type"]?.string == "invalid_request_error")
            #expect(error["param"] != nil)
            #expect(bench.provider.charges.isEmpty)
        }
    }
}
#endif
