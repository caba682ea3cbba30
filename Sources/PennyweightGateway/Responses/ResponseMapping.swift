#if Gateway
internal import HTTPTypes
internal import Hummingbird
private import NIOCore
private import PennyweightLedger
internal import PennyweightMiddleware
internal import PennyweightOpenAI
internal import PennyweightPipeline
internal import PennyweightTime

/// Makes the server's responses of the pipeline's.
struct ResponseMapping {
    let limits: GatewayConfiguration.Limits
    let provider: String
    let time: any TimeSource

    /// An answer that is written as it arrives.
    func stream(
        _ response: PennyweightPipeline.Response, endsWithDone: Bool, exchange: Exchange
    ) throws -> Hummingbird.Response {
        let reader = try response.body.makeReader()
        let facts = response.facts
        let body = ResponseBody { writer in
            defer { exchange.end() }
            var stream = EventStream(
                reader, facts: facts, endsWithDone: endsWithDone, eventLimit: limits.answerBytes, time: time
            ) { try await exchange.run($0) }
            while let piece = try await stream.next() {
                try await writer.write(ByteBuffer(bytes: piece))
            }
            try await writer.finish(nil)
        }
        var fields = self.fields(of: response)
        fields[.cacheControl] = "no-cache"
        return Hummingbird.Response(status: response.status, headers: fields, body: body)
    }

    /// An answer that is no JSON and no stream of events (a video), written as it arrives. Where it breaks
    /// off, the connection does.
    func passing(
        _ response: PennyweightPipeline.Response, exchange: Exchange
    ) throws -> Hummingbird.Response {
        let reader = try response.body.makeReader()
        let body = ResponseBody(contentLength: response.body.length) { writer in
            defer { exchange.end() }
            while let chunk = try await exchange.run({ try await reader.read() }) {
                try await writer.write(ByteBuffer(bytes: chunk))
            }
            try await writer.finish(nil)
        }
        return Hummingbird.Response(
            status: response.status, headers: fields(of: response), body: body)
    }

    /// An answer that is complete: an error in OpenAI's shape, anything else as it came.
    ///
    /// The body must have been read before the facts are: what it cost is known then. A hit that is stored as
    /// a gzip member is sent as it is, if the caller's `Accept-Encoding` allows.
    func whole(
        _ response: PennyweightPipeline.Response, _ bytes: [UInt8], facts: Facts, encoding: String? = nil
    ) -> Hummingbird.Response {
        var response = response
        response.facts = facts
        if let result = facts[CacheFact.self]?.storing?.result, result != .stored {
            // The header would promise it: it is made for answers whose end is not known yet.
            response.facts[CacheFact.self]?.storing = nil
        }
        var fields = self.fields(of: response)
        var sent = bytes
        if let member = GzipMember.of(bytes, in: facts) {
            // Shared caches must not give one caller's encoding to another (RFC 9110 section 12.5.5).
            fields.set("vary", "accept-encoding")
            if GzipMember.isAccepted(encoding) {
                fields[.contentEncoding] = "gzip"
                sent = member
            }
        }
        return Hummingbird.Response(
            status: response.status, headers: fields,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: sent)))
    }

    /// The answer to a call that ended in an error.
    func failure(_ error: any Error) -> Hummingbird.Response {
        let response = ErrorEnvelope.response(for: error)
        return Hummingbird.Response(
            status: response.status, headers: response.head.headerFields,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: response.body.bytes ?? [])))
    }

    /// An answer of the gateway's own.
    func envelope(_ status: HTTPResponse.Status, _ envelope: ErrorEnvelope) -> Hummingbird.Response {
        Hummingbird.Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: envelope.bytes)))
    }

    private func fields(of response: PennyweightPipeline.Response) -> HTTPFields {
        let cache = response.facts[CacheFact.self]
        let isHit = cache?.status == .hit
        var fields = PassedFields.up(response.head.headerFields, isHit: isHit)
        for fact in FactFields.fields(of: response.facts) { fields.set(fact.name, fact.value) }
        if let cache { fields.set("cache-status", cache.headerValue) }
        if let age = cache?.ageValue { fields[.age] = age }
        if let key = cache?.key { fields.set("x-pennyweight-cache-key", key.description) }
        if let id = cache?.recording, isHit || cache?.storing != nil {
            fields.set("x-pennyweight-recording", "rec_\(id)")
        }
        if let semantic = cache?.semantic {
            fields.set("x-pennyweight-semantic-hit", "hit_\(semantic.hit)")
        }
        return fields
    }
}
#endif
