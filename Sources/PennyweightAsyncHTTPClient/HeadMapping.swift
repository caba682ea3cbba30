#if Gateway
internal import AsyncHTTPClient
internal import HTTPTypes
internal import NIOHTTP1
internal import PennyweightPipeline

/// Translates heads between swift-http-types and AsyncHTTPClient.
enum HeadMapping {
    /// Throws ``Failure`` `invalidRequest`, as never sent, for a head that can't be sent. `content-length`
    /// and `transfer-encoding` are the client's to set, by the body.
    static func request(_ head: HTTPRequest, body: HTTPClient.Body?) throws -> HTTPClient.Request {
        guard let scheme = head.scheme, scheme == "http" || scheme == "https" else {
            throw invalid("The request has no scheme http or https; a stage must complete it.")
        }
        guard let authority = head.authority, !authority.isEmpty, !authority.contains("@") else {
            throw invalid("The request has no authority of the form host:port; a stage must complete it.")
        }
        guard let path = head.path, path.hasPrefix("/") else {
            throw invalid("The path of a request to \(authority) must start with a slash.")
        }
        var fields = HTTPHeaders()
        for field in head.headerFields { fields.add(name: field.name.rawName, value: field.value) }
        do {
            return try HTTPClient.Request(
                url: "\(scheme)://\(authority)\(path)",
                method: HTTPMethod(rawValue: head.method.rawValue),
                headers: fields, body: body)
        } catch {
            throw invalid("The URL of a request to \(authority) can't be parsed: \(error).")
        }
    }

    /// Throws ``Failure`` `invalidAnswer` for what swift-http-types can't express.
    static func response(_ head: HTTPResponseHead, from target: String) throws -> HTTPResponse {
        guard (100...999).contains(head.status.code) else {
            throw Failure(.invalidAnswer, "\(target) answered with the status \(head.status.code).")
        }
        var fields = HTTPFields()
        for (name, value) in head.headers {
            guard let name = HTTPField.Name(name) else {
                throw Failure(.invalidAnswer, "\(target) answered with an invalid header name.")
            }
            fields.append(HTTPField(name: name, value: value))
        }
        let status = HTTPResponse.Status(
            code: Int(head.status.code), reasonPhrase: head.status.reasonPhrase)
        return HTTPResponse(status: status, headerFields: fields)
    }

    /// The length of an answer's body if the head says it (RFC 9112 section 6.3).
    static func length(_ head: HTTPResponse, to method: HTTPRequest.Method) -> Int? {
        if method == .head || head.status.code == 204 || head.status.code == 304 { return 0 }
        guard head.headerFields[.transferEncoding] == nil else { return nil }
        return head.headerFields[.contentLength].flatMap { Int($0) }
    }

    private static func invalid(_ message: String) -> Failure {
        Failure(.invalidRequest, message, wasNeverSent: true)
    }
}
#endif
