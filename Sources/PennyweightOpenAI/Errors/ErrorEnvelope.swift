public import HTTPTypes
internal import PennyweightJSON
public import PennyweightPipeline

/// An error as OpenAI's clients read it: `{"error":{"message","type","param","code"}}`, always with all four
/// keys.
///
/// The message is bounded and holds nothing that looks like a key.
public struct ErrorEnvelope: Sendable, Hashable {
    /// What happened, for people.
    public let message: String
    /// The family: `invalid_request_error`, `requests`, `insufficient_quota`, `server_error`.
    public let type: String
    /// The request's parameter that is to blame; nil if none is.
    public let param: String?
    /// What happened, for programs; nil if there is no code for it.
    public let code: String?

    /// The most bytes of a message; longer ones are cut.
    public static let messageLimitBytes = 4_096

    /// Makes an envelope. Cuts what is too long and takes out what looks like a key.
    public init(message: String, type: String, param: String? = nil, code: String? = nil) {
        self.message = ErrorEnvelope.clean(message)
        self.type = ErrorEnvelope.clean(type)
        self.param = param.map(ErrorEnvelope.clean)
        self.code = code.map(ErrorEnvelope.clean)
    }

    /// Reads an envelope out of an error answer of any shape; `status` decides what the answer leaves open.
    public init(reading body: [UInt8], status: Int, contentType: String? = nil) {
        self = UpstreamError(body: body, status: status, contentType: contentType).envelope
    }

    /// The compact JSON text.
    public var bytes: [UInt8] { JSONValue.object([.init("error", .object(members))]).bytes }

    /// The event that tells it to the reader of a stream. Nothing may follow, least of all `[DONE]`.
    public var event: [UInt8] { SSEWriter.event(bytes) }

    /// An answer with this envelope, and with `retry-after` and `retry-after-ms` if trying again makes sense.
    public func response(_ status: HTTPResponse.Status, retryAfter: Duration? = nil) -> Response {
        var response = Response(status, body: Body(bytes))
        guard let retryAfter else { return response }
        let (seconds, attoseconds) = max(.zero, retryAfter).components
        response.head.headerFields[.retryAfter] = String(attoseconds > 0 ? seconds + 1 : seconds)
        if let milliseconds = HTTPField.Name("retry-after-ms") {
            response.head.headerFields[milliseconds] = String(max(.zero, retryAfter).wholeMilliseconds)
        }
        return response
    }

    var members: [JSONValue.Member] {
        [
            .init("message", .text(message)), .init("type", .text(type)),
            .init("param", param.map(JSONValue.text) ?? .null),
            .init("code", code.map(JSONValue.text) ?? .null),
        ]
    }

    private static func clean(_ dirty: String) -> String {
        let text = Redaction.redacted(dirty)
        guard text.utf8.count > messageLimitBytes else { return text }
        var kept = text.utf8.prefix(messageLimitBytes)
        while let last = kept.last, last & 0xC0 == 0x80 { kept = kept.dropLast() }
        if let last = kept.last, last >= 0xC0 { kept = kept.dropLast() }
        return String(decoding: kept, as: UTF8.self) + "…"
    }
}

extension Duration {
    /// Milliseconds, rounded up.
    fileprivate var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
        return overflow ? .max : scaled + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
