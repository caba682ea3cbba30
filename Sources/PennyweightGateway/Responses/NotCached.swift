private import HTTPTypes
private import PennyweightMiddleware
private import PennyweightOpenAI
internal import PennyweightPipeline

extension Response {
    /// The same answer with a body that tells what happened, if it is the cache's own to `only-if-cached`
    /// (RFC 9111 section 5.2.1.7): no provider was asked; nil if it is anything else.
    var notCached: Response? {
        guard status == .gatewayTimeout, facts.attempts == 0, let cache = facts[CacheFact.self],
            !cache.wasForwarded, cache.status != .hit
        else { return nil }
        let envelope = ErrorEnvelope(
            message: "The cache has no answer to this request, and 'Cache-Control: only-if-cached' forbids "
                + "asking the provider; leave the directive out to ask it.",
            type: "invalid_request_error", code: "not_cached")
        var response = self
        response.body = Body(envelope.bytes)
        response.head.headerFields[.contentType] = "application/json"
        // OpenAI's clients try again after a 504; the cache won't know more then.
        response.head.headerFields.set("x-should-retry", "false")
        return response
    }
}
