import HTTPTypes
import PennyweightJSON
import PennyweightPipeline
import PennyweightTesting
import Synchronization

@testable import PennyweightOpenAI

/// What the upstream does with one call. It travels beside the request: nothing of it can be in a key.
struct Reply: Sendable {
    enum Kind: Sendable {
        case answer, serverError, refusal
        /// It ends in the middle, and looks as if that were its end.
        case cut
    }

    var kind = Kind.answer
    var route: Asked.Route
    var stream: Bool
    /// What it says: a text that is said once only.
    var text: String
}

enum ReplyKey: ContextKey {
    static var defaultValue: Reply? { nil }
}

/// Answers as each call's ``Reply`` says.
final class ReplyingTransport: Transport {
    /// The texts that were asked for.
    let asked = Mutex<[String]>([])

    func send(_ request: Request, context: Context) async throws -> Response {
        guard let reply = context[ReplyKey.self] else {
            throw Failure(.invalidAnswer, "A call without a reply.")
        }
        asked.withLock { $0.append(reply.text) }
        // Who comes at the same time comes before the answer does.
        for _ in 0..<4 { await Task.yield() }
        switch reply.kind {
        case .serverError: return Response(.internalServerError, body: Body(#"{"error":{"message":"no"}}"#))
        case .refusal: return Response(.badRequest, body: Body(#"{"error":{"message":"no"}}"#))
        case .answer, .cut:
            var response = Response(.ok)
            response.head.headerFields[.contentType] = reply.stream ? "text/event-stream" : "application/json"
            var bytes = try reply.bytes()
            if reply.kind == .cut { bytes.removeLast(bytes.count / 2) }
            let middle = bytes.count / 3
            response.body = Body(
                once: ScriptedReader([.chunk(Array(bytes[..<middle])), .chunk(Array(bytes[middle...]))]))
            return response
        }
    }
}

extension Reply {
    fileprivate func bytes() throws -> [UInt8] {
        switch (route, stream) {
        case (.chat, false):
            return Array(
                """
                {"id":"c","object":"chat.completion","created":1,"model":"m-1","choices":[{"index":0,\
                "message":{"role":"assistant","content":"\(text)"},"finish_reason":"stop"}],\
                "usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}
                """.utf8)
        case (.chat, true):
            return events(
                "chat.completion.chunk", role: #""delta":{"role":"assistant","content":""}"#,
                piece: { #""delta":{"content":"\#($0)"}"# }, end: #""delta":{}"#)
        case (.completions, false):
            return Array(
                """
                {"id":"c","object":"text_completion","created":1,"model":"m-1","choices":[{"index":0,\
                "text":"\(text)","logprobs":null,"finish_reason":"stop"}]}
                """.utf8)
        case (.completions, true):
            return events(
                "text_completion", role: #""text":"""#, piece: { #""text":"\#($0)""# }, end: #""text":"""#)
        case (.responses, false): return Array(response.utf8)
        case (.responses, true): return try ResponseUnfolding(Array(response.utf8)).bytes
        }
    }

    private var response: String {
        """
        {"id":"r","object":"response","created_at":1,"status":"completed","model":"m-1","output":[{"id":"o",\
        "type":"message","status":"completed","role":"assistant","content":[{"type":"output_text",\
        "annotations":[],"text":"\(text)"}]}],"usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}
        """
    }

    private func events(
        _ object: String, role: String, piece: (Substring) -> String, end: String
    ) -> [UInt8] {
        let middle = text.index(text.startIndex, offsetBy: text.count / 2)
        let parts = [role, piece(text[..<middle]), piece(text[middle...])]
        let head = #"data: {"id":"c","object":"\#(object)","created":1,"model":"m-1","choices":[{"index":0,"#
        let middles = parts.map { head + $0 + #","finish_reason":null}]}"# + "\n\n" }
        return Array(
            (middles.joined() + head + end + #","finish_reason":"stop"}]}"# + "\n\ndata: [DONE]\n\n").utf8)
    }
}

/// What an answer says, read without what made it.
enum Said {
    static func text(_ bytes: [UInt8], _ route: Asked.Route, stream: Bool) -> String? {
        guard stream else {
            guard let root = try? JSONDocument(bytes).root else { return nil }
            switch route {
            case .chat: return root["choices"]?.elements.first?["message"]?["content"]?.string
            case .completions: return root["choices"]?.elements.first?["text"]?.string
            case .responses: return said(in: root)
            }
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            .filter { $0.hasPrefix("data: ") }.map { $0.dropFirst(6) }
        if route == .responses {
            return lines.last.flatMap { try? JSONDocument(String($0)).root["response"] }.flatMap(said)
        }
        guard lines.last == "[DONE]" else { return nil }
        return lines.dropLast().compactMap { line -> String? in
            let choice = try? JSONDocument(String(line)).root["choices"]?.elements.first
            return route == .chat ? choice?["delta"]?["content"]?.string : choice?["text"]?.string
        }.joined()
    }

    private static func said(in response: JSONNode) -> String? {
        response["output"]?.elements.first?["content"]?.elements.first?["text"]?.string
    }
}
