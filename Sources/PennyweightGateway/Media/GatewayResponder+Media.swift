#if Gateway
internal import HTTPTypes
internal import Hummingbird
private import NIOCore
internal import PennyweightMiddleware
internal import PennyweightPipeline
private import PennyweightTime

extension GatewayResponder {
    /// Hands out an image under its signed URL: `GET` and `HEAD`, whole or a range of it.
    ///
    /// The signature is all that a caller has to show: a page that embeds the image has no key.
    func media(
        _ name: String, _ target: String, _ caller: HTTPFields
    ) async throws -> Hummingbird.Response {
        guard let media = stores?.media else { throw GatewayResponder.noImage }
        let query = QueryItems(target: target)
        let verdict = media.links.verdict(
            on: name, expires: query["expires"] ?? "", signature: query["signature"] ?? "", at: time.now())
        switch verdict {
        case .forged:
            throw Refusal.forbidden("invalid_signature", "This URL was not made here, or was changed.")
        case .expired:
            throw Refusal.forbidden(
                "url_expired", "This URL has expired; ask for the image again, the answer may be stored.")
        case .valid(let digest, let end):
            guard let found = try await media.store.find(digest) else { throw GatewayResponder.noImage }
            return try await answer(found, in: media.store, caller, until: end)
        }
    }

    private func answer(
        _ media: Media, in store: any MediaStore, _ caller: HTTPFields, until end: Timestamp
    ) async throws -> Hummingbird.Response {
        let tag = "\"\(media.digest)\""
        var fields = GatewayResponder.fields(of: media, tag)
        let rest = (end - time.now()).nanoseconds / 1_000_000_000
        fields[.cacheControl] = "private, max-age=\(max(0, rest)), immutable"
        if GatewayResponder.names(caller[.ifNoneMatch], tag) {
            return Hummingbird.Response(status: .notModified, headers: fields)
        }
        // A range of another representation than the caller has is of no use to it (RFC 9110 section 13.1.5).
        let isSame = caller[.ifRange].map { $0 == tag } ?? true
        switch ByteRange(isSame ? caller[.range] : nil, size: media.size) {
        case .unsatisfiable:
            fields[.contentRange] = "bytes */\(media.size)"
            return Hummingbird.Response(status: .rangeNotSatisfiable, headers: fields)
        case .whole:
            return try await written(media, 0..<media.size, .ok, fields, store)
        case .part(let range):
            fields[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(media.size)"
            return try await written(media, range, .partialContent, fields, store)
        }
    }

    private func written(
        _ media: Media, _ range: Range<Int64>, _ status: HTTPResponse.Status, _ fields: HTTPFields,
        _ store: any MediaStore
    ) async throws -> Hummingbird.Response {
        guard let content = try await store.content(of: media.digest, in: range) else {
            throw GatewayResponder.noImage
        }
        let reader = try content.makeReader()
        let body = ResponseBody(contentLength: range.count) { writer in
            while let chunk = try await reader.read() { try await writer.write(ByteBuffer(bytes: chunk)) }
            try await writer.finish(nil)
        }
        return Hummingbird.Response(status: status, headers: fields, body: body)
    }

    /// What bytes are is told by themselves, and a browser is to believe that: it neither guesses, nor runs
    /// anything in them, nor shows what is no image.
    private static func fields(of media: Media, _ tag: String) -> HTTPFields {
        var fields: HTTPFields = [
            .contentType: media.type.contentType, .acceptRanges: "bytes", .eTag: tag,
            .xContentTypeOptions: "nosniff", .contentSecurityPolicy: "default-src 'none'; sandbox",
        ]
        if media.type == .other { fields[.contentDisposition] = "attachment" }
        return fields
    }

    /// True if a list of entity tags names one, compared weakly (RFC 9110 section 13.1.2).
    private static func names(_ list: String?, _ tag: String) -> Bool {
        guard let list else { return false }
        return list.split(separator: ",").contains { item in
            let name = item.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
            let text = String(name)
            return text == "*" || text == tag || text == "W/\(tag)"
        }
    }

    private static var noImage: Refusal {
        Refusal(.notFound, "media_not_found", "This image is not kept any more; ask for it again.")
    }

    /// Where the caller has reached this gateway, for the URLs in its answer; nil if it doesn't say.
    static func origin(_ request: Hummingbird.Request) -> String? {
        request.head.authority.flatMap { try? BaseURL("http://\($0)") }.flatMap {
            $0.path.isEmpty ? $0.description : nil
        }
    }
}
#endif
