private import Foundation
private import PennyweightPipeline

#if canImport(FoundationNetworking)
private import FoundationNetworking
#endif

/// Translates URLSession's errors to ``Failure``, once. Messages hold host and port, never a path, query or
/// header.
enum FailureMapping {
    static func error(_ error: any Error, wasSent: Bool, target: String) -> any Error {
        guard let error = error as? URLError else {
            let domain = (error as NSError).domain
            return Failure(.connectionLost, "The exchange with \(target) broke off: \(domain).")
        }
        switch error.code {
        case .cancelled:
            return CancellationError()
        case .badURL, .unsupportedURL:
            // The URL was checked before: on Linux libcurl says this of an answer that isn't HTTP, too.
            let message =
                "The exchange with \(target) isn't one that URLSession can have: \(error.code.rawValue)."
            return Failure(wasSent ? .invalidAnswer : .invalidRequest, message)
        case .cannotFindHost, .cannotConnectToHost, .dnsLookupFailed, .notConnectedToInternet,
            .dataNotAllowed,
            .internationalRoamingOff, .secureConnectionFailed, .serverCertificateHasBadDate,
            .serverCertificateUntrusted, .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid,
            .clientCertificateRejected, .clientCertificateRequired,
            .appTransportSecurityRequiresSecureConnection:
            let message = "No connection to \(target): \(error.code.rawValue)."
            return Failure(wasSent ? .connectionLost : .connectionFailed, message, wasNeverSent: !wasSent)
        case .timedOut:
            return Failure(.idleTimeout, "The connection to \(target) was silent for too long.")
        case .cannotParseResponse, .cannotDecodeRawData, .cannotDecodeContentData:
            return Failure(.invalidAnswer, "\(target) answered with something that URLSession can't read.")
        default:
            return Failure(.connectionLost, "The connection to \(target) broke off: \(error.code.rawValue).")
        }
    }
}
