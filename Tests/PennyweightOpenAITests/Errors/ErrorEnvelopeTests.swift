import HTTPTypes
import PennyweightJSON
import PennyweightPipeline
import PennyweightTesting
import Testing

@testable import PennyweightOpenAI

@Suite struct ErrorEnvelopeTests {
    @Test(
        "every failure has its status, type and code",
        arguments: [
            (.invalidRequest, 400, "invalid_request_error", "invalid_request"),
            (.bodyTooLarge, 413, "invalid_request_error", "body_too_large"),
            (.rateLimited, 429, "requests", "rate_limit_exceeded"),
            (.overBudget, 402, "insufficient_quota", "insufficient_quota"),
            (.unpriced, 402, "invalid_request_error", "unpriced"),
            (.deadlineExceeded, 504, "server_error", "deadline_exceeded"),
            (.idleTimeout, 504, "server_error", "idle_timeout"),
            (.connectionFailed, 502, "server_error", "connection_failed"),
            (.connectionLost, 502, "server_error", "connection_lost"),
            (.invalidAnswer, 502, "server_error", "invalid_answer"),
            (.ledgerUnavailable, 503, "service_unavailable_error", "ledger_unavailable"),
            (.shuttingDown, 503, "service_unavailable_error", "shutting_down"),
            (.storage, 500, "server_error", "storage"),
            (.bodyAlreadyRead, 500, "server_error", "body_already_read"),
        ] as [(Failure.Code, Int, String, String)])
    func failures(failureCode: Failure.Code, status: Int, type: String, code: String) async throws {
        let response = ErrorEnvelope.response(for: Failure(failureCode, "What happened."))
        #expect(response.status.code == status)
        #expect(response.head.headerFields[.contentType] == "application/json")
        #expect(
            try await Calls.text(response.body)
                == #"{"error":{"message":"What happened.","type":"\#(type)","param":null,"code":"\#(code)"}}"#
        )
    }

    @Test("a wait is told in whole seconds, rounded up, and in milliseconds")
    func retryAfter() throws {
        let name = try #require(HTTPField.Name("retry-after-ms"))
        for (wait, seconds, milliseconds) in [
            (Duration.milliseconds(1_200), "2", "1200"), (.seconds(3), "3", "3000"), (.zero, "0", "0"),
            (.nanoseconds(1), "1", "1"), (.seconds(-5), "0", "0"),
        ] {
            let response = ErrorEnvelope.response(for: Failure(.rateLimited, "Slow down.", retryAfter: wait))
            #expect(response.head.headerFields[.retryAfter] == seconds)
            #expect(response.head.headerFields[name] == milliseconds)
        }
        #expect(ErrorEnvelope.response(for: Failure(.rateLimited, "")).head.headerFields[.retryAfter] == nil)
    }

    @Test("an error of an unknown type tells nothing about itself")
    func unknown() {
        struct Secret: Error { let key = "sk-1234567890" }
        let envelope = ErrorEnvelope(Secret())
        #expect(ErrorEnvelope.status(of: Secret()) == 500)
        #expect(envelope.type == "server_error")
        #expect(!envelope.message.contains("Secret"))
    }

    @Test("a request's problem keeps its parameter")
    func problem() async throws {
        let response = ErrorEnvelope.response(
            for: RequestProblem("No model.", param: "model", code: "invalid_type"))
        #expect(response.status == .badRequest)
        #expect(
            try await Calls.text(response.body)
                == #"""
                {"error":{"message":"No model.","type":"invalid_request_error",\#
                "param":"model","code":"invalid_type"}}
                """#
        )
    }

    @Test("a message is bounded, at a character")
    func bounded() throws {
        let envelope = ErrorEnvelope(message: "a" + String(repeating: "é", count: 10_000), type: "t")
        #expect(envelope.message.utf8.count <= ErrorEnvelope.messageLimitBytes + 3)
        #expect(envelope.message.hasSuffix("é…"))
        #expect(try JSONDocument(envelope.bytes).root["error"]?["message"]?.string == envelope.message)
    }

    @Test(
        "what looks like a key never gets out",
        arguments: [
            "sk-abcdefgh12345678", "sk-proj-AbC_123-xyz99999", "xai-1234567890abcdef", "gsk_1234567890abcdef",
            "AIzaSyA-1234567890abcdef", "r8_1234567890abcdef", "Bearer abc123.def456_ghi",
            "sk-ant-api03-xyzxyzxyz",
        ])
    func secrets(secret: String) throws {
        for text in ["Incorrect key: \(secret).", secret, "(\(secret))", "key=\(secret), try again"] {
            #expect(!ErrorEnvelope(message: text, type: "t", param: text).bytes.contains(secret))
            let upstream =
                #"{"error":{"message":"\#(text)","type":"a","param":null,"code":null},"echo":"\#(text)"}"#
            let shaped = ErrorEnvelope.normalised(upstream.bytes, status: 401, contentType: nil)
            #expect(!shaped.contains(secret))
            #expect(throws: Never.self) { try JSONDocument(shaped) }
        }
    }

    @Test("a key after an escape is a key")
    func escapedSecrets() {
        for escape in [#"\n"#, #"\t"#, #"\u0020"#, #"\""#] {
            let body =
                #"{"error":{"message":"a:\#(escape)sk-1234567890","type":"t","param":null,"code":null}}"#
            #expect(
                !ErrorEnvelope.normalised(body.bytes, status: 400, contentType: nil).contains("1234567890"))
        }
    }

    @Test("words that only look a little like keys stay")
    func words() {
        for text in [
            "a task-oriented-approach", "Basic authentication is off", "Bearer authentication", "sk-short",
            "risk-averse-people",
        ] {
            #expect(ErrorEnvelope(message: text, type: "t").message == text)
        }
    }

    @Test("the event for a stream is one data line")
    func event() {
        let envelope = ErrorEnvelope(message: "a\nb", type: "server_error")
        #expect(
            String(decoding: envelope.event, as: UTF8.self)
                == #"data: {"error":{"message":"a\nb","type":"server_error","param":null,"code":null}}"#
                + "\n\n")
    }
}

extension [UInt8] {
    fileprivate func contains(_ text: String) -> Bool { String(decoding: self, as: UTF8.self).contains(text) }
}
