#if Gateway
internal import HTTPTypes
internal import Hummingbird
private import NIOCore
private import PennyweightJSON
private import PennyweightMiddleware
internal import PennyweightOpenAI
internal import PennyweightPipeline

/// Makes the pipeline's requests of the server's.
enum RequestMapping {
    /// Reads the whole body of a command.
    ///
    /// Throws a `Failure` `bodyTooLarge` beyond `limit` bytes, at once if the length is declared, and
    /// `invalidRequest` if the body is malformed or shorter than declared: its caller has gone.
    static func body(of request: Hummingbird.Request, upTo limit: Int) async throws -> [UInt8] {
        let declared = request.headers[.contentLength].flatMap { Int($0) }
        if let declared, declared > limit { throw tooLarge(limit) }
        var collected: [UInt8] = []
        collected.reserveCapacity(declared ?? 0)
        do {
            for try await buffer in request.body {
                guard collected.count + buffer.readableBytes <= limit else { throw tooLarge(limit) }
                collected.append(contentsOf: buffer.readableBytesView)
            }
        } catch let error where !(error is Failure) && !(error is CancellationError) {
            // Whatever broke while it came in is the caller's, or its connection's: a chunk size that is
            // none, an end in the middle, a reset.
            throw Failure(
                .invalidRequest,
                "The request's body broke off or is malformed after \(collected.count) bytes; send it again.",
                wasNeverSent: true)
        }
        if let declared, collected.count != declared {
            throw Failure(.invalidRequest, "The body ended after \(collected.count) of \(declared) bytes.")
        }
        return collected
    }

    /// The request as it goes down the pipeline. A form keeps the caller's content type, which has its
    /// boundary.
    static func request(
        _ method: HTTPRequest.Method, _ target: String, from caller: HTTPFields, body: [UInt8] = [],
        isForm: Bool = false
    ) -> PennyweightPipeline.Request {
        var fields = PassedFields.down(caller)
        if !isForm || body.isEmpty { fields[.contentType] = nil }
        if !isForm, !body.isEmpty { fields[.contentType] = "application/json" }
        let head = HTTPRequest(
            method: method, scheme: nil, authority: nil, path: target, headerFields: fields)
        return PennyweightPipeline.Request(head: head, body: Body(body))
    }

    /// Adds what the caller's fields say about who asks. Throws a `Failure` `invalidRequest` for unreadable
    /// tags.
    static func describe(_ context: inout PennyweightPipeline.Context, from caller: HTTPFields) throws {
        // A virtual key names itself; whatever else was shown is told apart by its digest.
        if context[KeyLabel.self] == nil {
            context[KeyLabel.self] = CallerKey.label(authorization: caller[.authorization])
        }
        if let name = HTTPField.Name("x-pennyweight-tags") {
            context.tags = try CallerTags.parse(caller[name])
        }
    }

    /// Adds the end user that the caller names. Throws a `Failure` `invalidRequest` for an unreadable name.
    static func describeUser(
        _ context: inout PennyweightPipeline.Context, from caller: HTTPFields, body: [UInt8]
    ) throws {
        let header = HTTPField.Name(CallerUser.header).flatMap { caller[$0] }
        context[EndUser.self] = try CallerUser.find(
            header: header, body: body, contentType: caller[.contentType])
    }

    private static func tooLarge(_ limit: Int) -> Failure {
        Failure(
            .bodyTooLarge,
            "The request's body has more than \(limit) bytes; send less, or raise 'limits.requestBytes'.")
    }
}
#endif
