#if Gateway
private import AsyncHTTPClient
private import NIOHTTP1
private import PennyweightPipeline

/// Translates the client's errors to ``Failure``, once. Messages hold host and port, never a path, query or
/// header.
enum FailureMapping {
    static func error(_ error: any Error, wasSent: Bool, target: String) -> any Error {
        switch error {
        case let upload as UploadError: return upload.original
        case is CancellationError, is Failure: return error
        case let error as HTTPClientError: return failure(error, wasSent: wasSent, target: target)
        case let error as HTTPParserError where error != .invalidEOFState:
            return Failure(
                .invalidAnswer, "\(target) answered with something that isn't HTTP/1.1: \(error).")
        default: return broken("\(error)", wasSent: wasSent, target: target)
        }
    }

    private static func failure(_ error: HTTPClientError, wasSent: Bool, target: String) -> Failure {
        switch error {
        case .alreadyShutdown, .cancelled, .requestStreamCancelled:
            // The exchange's own cancelling ends it before this is asked: what is left is the client's
            // shutdown.
            return Failure(.shuttingDown, "The HTTP client has been shut down.", wasNeverSent: !wasSent)
        case .getConnectionFromPoolTimeout:
            let message =
                "No connection to \(target) became free in time; allow more connections per host."
            return Failure(.connectionFailed, message, wasNeverSent: !wasSent)
        case .readTimeout, .writeTimeout:
            return Failure(.idleTimeout, "The connection to \(target) was silent for too long.")
        case .bodyLengthMismatch:
            return Failure(
                .invalidRequest, "The request's body isn't as long as it said.", wasNeverSent: !wasSent)
        case .invalidURL, .emptyHost, .emptyScheme, .traceRequestWithBody,
            .identityCodingIncorrectlyPresent,
            .chunkedSpecifiedMultipleTimes, .contentLengthMissing, .incompatibleHeaders:
            let message = "The request to \(target) can't be sent: \(error.shortDescription)."
            return Failure(.invalidRequest, message, wasNeverSent: !wasSent)
        case .httpEndReceivedAfterHeadWith1xx:
            return Failure(.invalidAnswer, "\(target) ended its answer after an interim response.")
        default:
            // The long descriptions of invalid headers hold the headers: only the short ones are safe to
            // show.
            if error.shortDescription.contains("header field") {
                let message = "A header of the request to \(target) holds a character that isn't allowed."
                return Failure(.invalidRequest, message, wasNeverSent: !wasSent)
            }
            return broken(error.shortDescription, wasSent: wasSent, target: target)
        }
    }

    private static func broken(_ reason: String, wasSent: Bool, target: String) -> Failure {
        let reason = reason.prefix(300)
        if wasSent {
            return Failure(.connectionLost, "The connection to \(target) broke off: \(reason).")
        }
        return Failure(.connectionFailed, "No connection to \(target): \(reason).", wasNeverSent: true)
    }
}
#endif
