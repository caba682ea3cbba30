internal import HTTPTypes
internal import PennyweightPipeline

/// Tells whether the provider failed, and not the request, the caller or the budget.
enum UpstreamFault {
    /// What stale answers may stand in for: RFC 5861 section 4, and too many requests after all retries.
    static func isOne(_ status: HTTPResponse.Status) -> Bool {
        status.code >= 500 || status.code == 429 || status.code == 408
    }

    static func isOne(_ error: any Error) -> Bool {
        guard let failure = error as? Failure else { return false }
        return codes.contains(failure.code)
    }

    private static let codes: Set<Failure.Code> = [
        .connectionFailed, .connectionLost, .idleTimeout, .invalidAnswer, .deadlineExceeded, .rateLimited,
    ]
}
