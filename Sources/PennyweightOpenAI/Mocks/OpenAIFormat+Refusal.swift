private import HTTPTypes
public import PennyweightMiddleware
public import PennyweightPipeline

extension OpenAIFormat {
    /// The cache's own errors in OpenAI's shape. OpenAI's clients try again after a 504: they are told that
    /// the cache won't know more then.
    public func answer(to refusal: CacheRefusal) -> Response {
        let (code, message) =
            switch refusal {
            case .notCached:
                (
                    "not_cached",
                    "The cache has no answer to this request, and 'Cache-Control: only-if-cached' forbids "
                        + "asking the provider; leave the directive out to ask it."
                )
            case .recordingNotFound:
                (
                    "recording_not_found",
                    "No answer to this request is recorded, and the provider may not be asked for one. "
                        + "Record it first, with 'x-pennyweight-replay: record' and the same match, account "
                        + "and namespace."
                )
            case .mockUnavailable:
                (
                    "mock_unavailable",
                    "No answer can be made up for this request: only for chat and legacy completions, "
                        + "responses, embeddings and whole images. "
                        + "Nothing was sent to the provider."
                )
            }
        let envelope = ErrorEnvelope(message: message, type: "invalid_request_error", code: code)
        var response = envelope.response(.init(code: refusal.status))
        if let name = HTTPField.Name("x-should-retry") { response.head.headerFields[name] = "false" }
        return response
    }

    /// True for the routes whose answers depend on the request alone: LiteLLM's callers may send its member
    /// `cache` there.
    public func carriesInstructions(_ request: Request) -> Bool {
        request.head.method == .post && OpenAIFormat.instructedRoutes.contains(request.path)
    }

    private static let instructedRoutes: Set<String> = [
        "/chat/completions", "/completions", "/responses", "/embeddings", "/images/generations",
        "/moderations",
    ]
}
