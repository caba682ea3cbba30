private import HTTPTypes
internal import PennyweightPipeline

extension Cache {
    /// One request as the cache sees it.
    struct Inquiry: Sendable {
        let question: Question
        let canonicalDigest: [UInt8]
        let key: CacheKey
        let account: String
    }

    /// Why there is no inquiry.
    struct Refused: Error {
        let value: CacheOutcome.Bypass
    }

    /// What to look up for a request, or why not to.
    func inquiry(
        of request: Request, context: Context, directives: CacheDirectives
    ) -> Result<Inquiry, Refused> {
        if directives.noStore { return .failure(Refused(value: .noStore)) }
        guard let body = request.body.bytes else { return .failure(Refused(value: .streamedRequest)) }
        guard let question = format.question(in: request) else {
            return .failure(Refused(value: .notStorable))
        }
        let canonical: CanonicalForm
        do {
            canonical = try CanonicalForm(of: body, omitting: question.transportOnlyFields)
        } catch {
            return .failure(Refused(value: .refused(error)))
        }
        let digest = canonical.digest
        let headers = policy.keyedHeaders.map {
            CacheKey.Fields.Header($0.canonicalName, request.head.headerFields[$0])
        }
        let path = request.head.path ?? "/"
        let fields = CacheKey.Fields(
            account: context.account, namespace: policy.namespace, method: request.head.method.rawValue,
            provider: provider, base: base, route: question.route,
            query: path.firstIndex(of: "?").map { String(path[path.index(after: $0)...]) } ?? "",
            headers: headers, canonicalDigest: digest)
        return .success(
            Inquiry(
                question: question, canonicalDigest: digest, key: CacheKey(fields), account: context.account))
    }
}
