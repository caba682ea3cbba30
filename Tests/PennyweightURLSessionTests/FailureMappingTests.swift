import Foundation
import PennyweightPipeline
import Testing

@testable import PennyweightURLSession

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

@Suite("URLSession's errors as failures")
struct FailureMappingTests {
    @Test(
        "errors of connecting are never sent, unless bytes were counted",
        arguments: [
            URLError.cannotConnectToHost, .cannotFindHost, .dnsLookupFailed, .secureConnectionFailed,
            .serverCertificateUntrusted,
        ])
    func connecting(_ code: URLError.Code) throws {
        let unsent = try failure(URLError(code), wasSent: false)
        #expect(unsent.code == .connectionFailed)
        #expect(unsent.wasNeverSent)
        let sent = try failure(URLError(code), wasSent: true)
        #expect(sent.code == .connectionLost)
        #expect(!sent.wasNeverSent)
    }

    @Test(
        "everything else may have been sent",
        arguments: [
            (URLError.timedOut, Failure.Code.idleTimeout), (.networkConnectionLost, .connectionLost),
            (.badServerResponse, .connectionLost), (.cannotParseResponse, .invalidAnswer),
            (.unsupportedURL, .invalidRequest), (.unknown, .connectionLost),
        ])
    func later(_ code: URLError.Code, _ wanted: Failure.Code) throws {
        let failure = try failure(URLError(code), wasSent: false)
        #expect(failure.code == wanted)
        #expect(!failure.wasNeverSent)
    }

    @Test("cancelling is CancellationError")
    func cancelling() {
        let error = FailureMapping.error(URLError(.cancelled), wasSent: true, target: "host:1")
        #expect(error is CancellationError)
    }

    @Test("messages name the host and not the URL of the error")
    func secrets() throws {
        let url = "https://host:1/path?key=secret"
        let error = URLError(.networkConnectionLost, userInfo: [NSURLErrorFailingURLStringErrorKey: url])
        let message = try failure(error, wasSent: true).message
        #expect(message.contains("host:1"))
        #expect(!message.contains("secret"))
    }

    private func failure(_ error: any Error, wasSent: Bool) throws -> Failure {
        try #require(FailureMapping.error(error, wasSent: wasSent, target: "host:1") as? Failure)
    }
}
