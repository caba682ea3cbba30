private import HTTPTypes
private import PennyweightJSON
private import PennyweightMiddleware
public import PennyweightPipeline

/// Asks upstream for the usage of every stream, and hides it from callers who did not ask.
///
/// A streamed request gets `stream_options.include_usage: true`; no other byte of it changes. If the caller
/// had not asked, `usage` is taken out of every chunk on the way up, and the extra chunk without choices that
/// carries it is dropped; all other bytes pass as they are. An event passes as soon as it is whole. A stream
/// that breaks off in the middle of an event breaks off before it.
///
/// An answer of these routes or of `/responses` never ends cleanly in the middle: a stream that ends without
/// its terminal event, and JSON that ends with an open bracket, end with a `Failure` `connectionLost`, a
/// stream after its last whole event.
///
/// It stands outside the cache, so that stored streams obey it too.
public struct UsageDisclosure: Middleware {
    private let eventLimitBytes: Int
    private let completeness: CompletenessRule

    /// `eventLimitBytes` bounds one event of a stream; a larger one ends the stream with `invalidAnswer`.
    /// By the rule `finished`, a stream that lacks its `[DONE]` gets it.
    public init(
        eventLimitBytes: Int = SSEParser.defaultLimitBytes, completeness: CompletenessRule = .done
    ) {
        self.eventLimitBytes = eventLimitBytes
        self.completeness = completeness
    }

    public var place: Place { .disclosure }

    public func intercept(_ request: Request, context: Context, next: Next) async throws -> Response {
        guard request.head.method == .post else { return try await next(request, context) }
        guard ["/chat/completions", "/completions"].contains(request.path),
            let body = request.body.bytes, let asking = UsageDisclosure.asking(in: body)
        else { return try await whole(next(request, context), to: request) }
        var asked = request
        asked.body = Body(asking)
        if asked.head.headerFields[.contentLength] != nil {
            asked.head.headerFields[.contentLength] = String(asking.count)
        }
        return try hiding(in: whole(await next(asked, context), to: request))
    }

    private func whole(_ response: Response, to request: Request) -> Response {
        guard completeness == .finished else {
            return response.provenWhole(on: request.path, eventLimitBytes: eventLimitBytes)
        }
        return response.provenWhole(
            on: request.path, eventLimitBytes: eventLimitBytes, by: completeness,
            choiceCount: OpenAIFormat().question(in: request)?.choiceCount)
    }

    /// The request's body with the question for usage; nil if it asks already, or is no streamed request.
    static func asking(in body: [UInt8]) -> [UInt8]? {
        guard let document = try? JSONDocument(body), document.root["stream"]?.bool == true else {
            return nil
        }
        let root = document.root
        guard let options = root["stream_options"], !options.isNull else {
            let options = JSONValue.object([.init("include_usage", .bool(true))])
            return document.applying([root.setting("stream_options", to: options)])
        }
        guard options.kind == .object else { return nil }
        if let asks = options["include_usage"] {
            // Anything but false and null is either asked already or the upstream's to refuse.
            guard asks.isNull || asks.bool == false else { return nil }
        }
        return document.applying([options.setting("include_usage", to: .bool(true))])
    }

    private func hiding(in response: Response) throws -> Response {
        guard response.head.isEventStream, response.head.isPlain else { return response }
        var shown = response
        shown.head.headerFields[.contentLength] = nil
        let limit = eventLimitBytes
        let body = response.body
        if let bytes = body.bytes {
            var hiding = UsageHiding(limitBytes: limit)
            shown.body = try Body(hiding.consume(bytes) + hiding.finish())
        } else if body.isReplayable {
            shown.body = Body(length: nil) { UsageHidingReader(try body.makeReader(), limitBytes: limit) }
        } else {
            shown.body = Body(once: UsageHidingReader(try body.makeReader(), limitBytes: limit))
        }
        return shown
    }
}
