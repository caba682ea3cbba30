private import HTTPTypes
private import PennyweightJSON
public import PennyweightPipeline

extension OpenAIFormat {
    /// What a made-up chat answer says.
    public static let mockText = "This is a made-up answer: no model was asked."

    /// A made-up answer for chat and legacy completions, responses, embeddings and images; nil for another
    /// route, and for a request that no
    /// model would take.
    ///
    /// It is the same each time, and says that it is made up: ids and fingerprint are `mock`, the text is
    /// ``mockText`` (`{}` for a caller who wants JSON), an image is one transparent pixel.
    public func mock(for request: Request) -> Response? {
        guard request.head.method == .post, let body = request.body.bytes else { return nil }
        return switch request.path {
        case "/chat/completions": OpenAIFormat.chatMock(body)
        case "/completions": OpenAIFormat.completionMock(body)
        case "/responses": OpenAIFormat.responseMock(body)
        case "/embeddings": OpenAIFormat.embeddingMock(body)
        case "/images/generations": OpenAIFormat.imageMock(body)
        default: nil
        }
    }

    /// More answers than any provider gives to one request.
    static let mockLimit: Int64 = 128

    private static func chatMock(_ body: [UInt8]) -> Response? {
        guard let chat = try? ChatRequest(body), let count = chat.choiceCount, count <= mockLimit else {
            return nil
        }
        let format = chat.document.root["response_format"]?["type"]?.string
        let text = format == "json_object" || format == "json_schema" ? "{}" : mockText
        let message = JSONValue.object([
            .init("role", .text("assistant")), .init("content", .text(text)), .init("refusal", .null),
        ])
        let choices = (0..<count).map { index in
            JSONValue.object([
                .init("index", .integer(index)), .init("message", message), .init("logprobs", .null),
                .init("finish_reason", .text("stop")),
            ])
        }
        let usage = ["prompt_tokens", "completion_tokens", "total_tokens"].map {
            JSONValue.Member(JSONText($0), .integer(0))
        }
        let completion = JSONValue.object([
            .init("id", .text("chatcmpl-mock")), .init("object", .text("chat.completion")),
            .init("created", .integer(0)), .init("model", .text(chat.model)),
            .init("choices", .array(choices)), .init("usage", .object(usage)),
            .init("system_fingerprint", .text("fp_mock")),
        ]).bytes
        guard chat.isStreaming else { return Response(.ok, body: Body(completion)) }
        guard let stream = try? ChatUnfolding(completion) else { return nil }
        var response = Response(.ok, body: Body(stream.bytes))
        response.head.headerFields[.contentType] = "text/event-stream; charset=utf-8"
        return response
    }

    private static func imageMock(_ body: [UInt8]) -> Response? {
        guard let root = (try? JSONDocument(body))?.root, root.kind == .object, root["stream"]?.bool != true,
            root["prompt"]?.string != nil
        else { return nil }
        let count = root["n"].flatMap { $0.isNull ? nil : $0.integer ?? 0 } ?? 1
        guard (1...mockLimit).contains(count) else { return nil }
        // DALL·E gives URLs unless asked otherwise, and is the default model; newer models give bytes only.
        let isOld = root["model"]?.string?.hasPrefix("dall-e") ?? true
        let wantsURL = isOld && root["response_format"]?.string != "b64_json"
        let image = JSONValue.object([
            wantsURL
                ? .init("url", .text("data:image/png;base64," + mockPixel))
                : .init("b64_json", .text(mockPixel))
        ])
        let answer = JSONValue.object([
            .init("created", .integer(0)), .init("data", .array(Array(repeating: image, count: Int(count)))),
        ])
        return Response(.ok, body: Body(answer.bytes))
    }

    /// A PNG of one transparent pixel.
    private static let mockPixel =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAC0lEQVR42mNgAAIAAAUAAen63NgAAAAASUVORK5CYII="
}
