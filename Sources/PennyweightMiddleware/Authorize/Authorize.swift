public import HTTPTypes
public import PennyweightPipeline

/// Addresses a request to a provider and adds the provider's credential: the last stage, so that no other
/// one, no log and no key ever sees it.
///
/// ```swift
/// Authorize(try BaseURL("https://api.openai.com/v1"), as: .bearer(key))
/// ```
///
/// The caller's own credentials, and headers that concern one connection only, don't go on; neither does
/// `Accept-Encoding`, so that answers come as they are. The credential is bound to its origin: a request that
/// is already addressed to another one, or whose path leads out of the base path, is refused with `Failure`
/// `invalidRequest`.
public struct Authorize: Middleware {
    /// How a provider wants to be shown its credential.
    public enum Credential: Sendable {
        /// For servers that want none.
        case none
        /// `Authorization: Bearer …` (RFC 6750).
        case bearer(Secret)
        /// A header of its own: `x-api-key`.
        case header(HTTPField.Name, Secret)
    }

    private let baseURL: BaseURL
    private let credential: Credential
    private let fields: HTTPFields

    public var place: Place { .authorize }

    /// `headers` go with every request, in place of the caller's of the same name: `OpenAI-Organization`.
    public init(_ baseURL: BaseURL, as credential: Credential, headers: HTTPFields = [:]) {
        self.baseURL = baseURL
        self.credential = credential
        fields = headers
    }

    public func intercept(_ request: Request, context: Context, next: Next) async throws -> Response {
        var request = request
        request.head = try addressed(request.head)
        return try await next(request, context)
    }

    private func addressed(_ head: HTTPRequest) throws -> HTTPRequest {
        if let authority = head.authority, !authority.isEmpty {
            let scheme = head.scheme ?? baseURL.scheme
            guard scheme == baseURL.scheme,
                BaseURL.normalized(authority, scheme: scheme) == baseURL.authority
            else { throw refusal("The request is addressed to another origin than \(baseURL)") }
        }
        let path = head.path ?? "/"
        guard path.hasPrefix("/"), path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !path.prefix(while: { $0 != "?" }).hasDotSegment
        else { throw refusal("The request's path is not one below \(baseURL)") }
        var head = head
        head.scheme = baseURL.scheme
        head.authority = baseURL.authority
        head.path = baseURL.path + path
        head.headerFields = authorized(head.headerFields)
        return head
    }

    private func authorized(_ callers: HTTPFields) -> HTTPFields {
        var forwarded = HeaderPolicy.forwarded(callers)
        for field in fields { forwarded[values: field.name] = fields[values: field.name] }
        forwarded[.acceptEncoding] = "identity"
        switch credential {
        case .none: break
        case .bearer(let secret): forwarded[.authorization] = "Bearer \(secret.reveal())"
        case .header(let name, let secret): forwarded[name] = secret.reveal()
        }
        return forwarded
    }

    private func refusal(_ problem: String) -> Failure {
        Failure(.invalidRequest, "\(problem); its credential is not sent there.", wasNeverSent: true)
    }
}
