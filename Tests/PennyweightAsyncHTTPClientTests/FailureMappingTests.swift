#if Gateway
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import PennyweightPipeline
import Testing

@testable import PennyweightAsyncHTTPClient

@Suite("AsyncHTTPClient's errors as failures")
struct FailureMappingTests {
    @Test("what was not sent is a failed connection, what was sent a lost one")
    func phases() throws {
        for error in [HTTPClientError.remoteConnectionClosed, IOError(errnoCode: 104, reason: "read")]
            as [any Error]
        {
            let unsent = try failure(error, wasSent: false)
            #expect(unsent.code == .connectionFailed)
            #expect(unsent.wasNeverSent)
            let sent = try failure(error, wasSent: true)
            #expect(sent.code == .connectionLost)
            #expect(!sent.wasNeverSent)
        }
    }

    @Test("garbage is an invalid answer, an early end a lost connection")
    func parser() throws {
        #expect(try failure(HTTPParserError.invalidHeaderToken, wasSent: true).code == .invalidAnswer)
        #expect(try failure(HTTPParserError.invalidEOFState, wasSent: true).code == .connectionLost)
    }

    @Test("an error of the caller's body, a failure and a cancellation pass unchanged")
    func unchanged() throws {
        struct Mine: Error {}
        let mine = FailureMapping.error(UploadError(Mine()), wasSent: true, target: "host:1")
        #expect(mine is Mine)
        let cancelled = FailureMapping.error(CancellationError(), wasSent: true, target: "host:1")
        #expect(cancelled is CancellationError)
        #expect(try failure(Failure(.overBudget, "mine"), wasSent: true).message == "mine")
    }

    @Test("the text of an invalid header is not shown")
    func secrets() throws {
        for error in [
            HTTPClientError.invalidHeaderFieldValues(["secret\n"]), .invalidHeaderFieldNames(["secret "]),
        ] {
            let failure = try failure(error, wasSent: false)
            #expect(failure.code == .invalidRequest)
            #expect(failure.wasNeverSent)
            #expect(!failure.message.contains("secret"))
        }
    }

    private func failure(_ error: any Error, wasSent: Bool) throws -> Failure {
        try #require(FailureMapping.error(error, wasSent: wasSent, target: "host:1") as? Failure)
    }
}
#endif
