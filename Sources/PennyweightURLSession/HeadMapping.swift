internal import Foundation
internal import HTTPTypes
internal import PennyweightPipeline

#if canImport(FoundationNetworking)
internal import FoundationNetworking
#endif

/// Translates heads between swift-http-types and Foundation.
enum HeadMapping {
    /// Throws ``Failure`` `invalidRequest`, as never sent, for a head that can't be sent.
    static func request(_ head: HTTPRequest) throws -> URLRequest {
        guard let scheme = head.scheme, scheme == "http" || scheme == "https" else {
            throw invalid("The request has no scheme http or https; a stage must complete it.")
        }
        guard let authority = head.authority, !authority.isEmpty, !authority.contains("@") else {
            throw invalid("The request has no authority of the form host:port; a stage must complete it.")
        }
        guard let path = head.path, path.hasPrefix("/") else {
            throw invalid("The path of a request to \(authority) must start with a slash.")
        }
        guard let url = URL(string: "\(scheme)://\(authority)\(path)") else {
            throw invalid("The URL of a request to \(authority) can't be parsed.")
        }
        var request = URLRequest(url: url)
        request.httpMethod = head.method.rawValue
        for field in head.headerFields where field.name != .contentLength {
            request.addValue(field.value, forHTTPHeaderField: field.name.rawName)
        }
        if head.headerFields[.acceptEncoding] == nil {
            request.setValue("identity", forHTTPHeaderField: "accept-encoding")
        }
        return request
    }

    /// Throws ``Failure`` `invalidAnswer` for what isn't HTTP.
    static func response(_ response: URLResponse, from target: String) throws -> HTTPResponse {
        guard let response = response as? HTTPURLResponse, (100...999).contains(response.statusCode) else {
            throw Failure(.invalidAnswer, "\(target) answered with something that isn't HTTP.")
        }
        var fields = HTTPFields()
        for (name, value) in response.allHeaderFields {
            guard let name = HTTPField.Name("\(name)") else { continue }
            fields.append(HTTPField(name: name, value: "\(value)"))
        }
        return HTTPResponse(status: .init(code: response.statusCode), headerFields: fields)
    }

    /// The length of an answer's body if the head says it (RFC 9112 section 6.3).
    static func length(_ head: HTTPResponse, to method: HTTPRequest.Method) -> Int? {
        if method == .head || head.status.code == 204 || head.status.code == 304 { return 0 }
        // A decompressed body isn't as long as the head says.
        guard head.headerFields[.transferEncoding] == nil, head.headerFields[.contentEncoding] == nil else {
            return nil
        }
        return head.headerFields[.contentLength].flatMap { Int($0) }
    }

    private static func invalid(_ message: String) -> Failure {
        Failure(.invalidRequest, message, wasNeverSent: true)
    }
}
