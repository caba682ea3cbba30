private import HTTPTypes
internal import PennyweightJSON
internal import PennyweightPipeline

/// Made-up legacy completions and responses.
extension OpenAIFormat {
    static func completionMock(_ body: [UInt8]) -> Response? {
        guard let asked = ModelRequest(body), let count = CompletionRequest(root: asked.root).choiceCount,
            count <= mockLimit
        else { return nil }
        let choices = (0..<count).map { index in
            JSONValue.object([
                .init("text", .text(mockText)), .init("index", .integer(index)), .init("logprobs", .null),
                .init("finish_reason", .text("stop")),
            ])
        }
        let completion = JSONValue.object([
            .init("id", .text("cmpl-mock")), .init("object", .text("text_completion")),
            .init("created", .integer(0)), .init("model", .text(asked.model)),
            .init("choices", .array(choices)),
            .init("usage", noUsage(["prompt_tokens", "completion_tokens", "total_tokens"])),
        ]).bytes
        guard asked.isStreaming else { return Response(.ok, body: Body(completion)) }
        return (try? CompletionUnfolding(completion)).map { events($0.bytes) }
    }

    static func responseMock(_ body: [UInt8]) -> Response? {
        guard let asked = ModelRequest(body) else { return nil }
        let format = asked.root["text"]?["format"]?["type"]?.string
        let text = format == "json_object" || format == "json_schema" ? "{}" : mockText
        let part = JSONValue.object([
            .init("type", .text("output_text")), .init("text", .text(text)),
            .init("annotations", .array([])),
        ])
        let message = JSONValue.object([
            .init("id", .text("msg_mock")), .init("type", .text("message")),
            .init("status", .text("completed")), .init("role", .text("assistant")),
            .init("content", .array([part])),
        ])
        let response = JSONValue.object([
            .init("id", .text("resp_mock")), .init("object", .text("response")),
            .init("created_at", .integer(0)), .init("status", .text("completed")), .init("error", .null),
            .init("incomplete_details", .null), .init("instructions", .null), .init("metadata", .object([])),
            .init("model", .text(asked.model)), .init("output", .array([message])),
            .init("parallel_tool_calls", .bool(true)), .init("temperature", .null), .init("top_p", .null),
            .init("tool_choice", .text("auto")), .init("tools", .array([])), .init("store", .bool(false)),
            .init("usage", noUsage(["input_tokens", "output_tokens", "total_tokens"])),
        ]).bytes
        guard asked.isStreaming else { return Response(.ok, body: Body(response)) }
        return (try? ResponseUnfolding(response)).map { events($0.bytes) }
    }

    static func events(_ stream: [UInt8]) -> Response {
        var response = Response(.ok, body: Body(stream))
        response.head.headerFields[.contentType] = "text/event-stream; charset=utf-8"
        return response
    }

    static func noUsage(_ names: [String]) -> JSONValue {
        .object(names.map { .init(JSONText($0), .integer(0)) })
    }
}
