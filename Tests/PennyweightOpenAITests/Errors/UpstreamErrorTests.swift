import HTTPTypes
import PennyweightJSON
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightOpenAI

@Suite struct UpstreamErrorTests {
    private func shaped(_ body: String, status: Int = 500, contentType: String? = nil) -> String {
        String(
            decoding: ErrorEnvelope.normalised(body.bytes, status: status, contentType: contentType),
            as: UTF8.self)
    }

    @Test("an envelope that is whole passes byte for byte")
    func whole() {
        for body in [
            #"{"error":{"message":"m","type":"t","param":null,"code":"c"}}"#,
            """
            {\n  \"error\": {\n    \"message\": \"m\", \"type\": \"t\",\n \"param\": \
            \"p\", \"code\": null, \"inner\": {\"x\":1.0}\n  },\n \"id\": 5}\n
            """,
        ] {
            #expect(shaped(body) == body)
        }
    }

    @Test(
        "keys that are missing or of a wrong kind are filled in, the rest is kept",
        arguments: [
            (
                400, #"{"error":{"message":"m"}}"#,
                #"{"error":{"message":"m","type":"invalid_request_error","param":null,"code":null}}"#
            ),
            (
                401, #"{"error":{"message":"m"}}"#,
                #"""
                {"error":{"message":"m","type":"invalid_request_error","param":null,\#
                "code":"invalid_api_key"}}
                """#
            ),
            (
                429, #"{"error":{"message":"m","code":429,"status":"BUSY"}}"#,
                #"{"error":{"message":"m","type":"requests","param":null,"code":"429","status":"BUSY"}}"#
            ),
            (
                500, #"{"error":{}, "id":1}"#,
                #"""
                {"error":{"message":"The upstream answered 500 and said nothing about \#
                it.","type":"server_error","param":null,"code":null}, "id":1}
                """#
            ),
            (
                529,
                #"""
                {"type":"error","error":{"type":"overloaded_error",\#
                "message":"Overloaded"},"request_id":"r"}
                """#,
                #"""
                {"type":"error","error":{"message":"Overloaded",\#
                "type":"overloaded_error","param":null,"code":null},"request_id":"r"}
                """#
            ),
        ])
    func filled(status: Int, body: String, expected: String) {
        #expect(shaped(body, status: status) == expected)
    }

    @Test(
        "other shapes are read",
        arguments: [
            (#"{"error":"model not loaded"}"#, "model not loaded", nil, nil),
            (#"{"detail":"Not Found"}"#, "Not Found", nil, nil),
            (
                #"{"detail":[{"loc":["body","messages",0],"msg":"field required","type":"missing"}]}"#,
                "field required", "messages.0", nil
            ),
            (
                #"[{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT"}}]"#,
                "API key not valid.", nil, "400"
            ),
            (
                #"{"object":"error","message":"bad","type":"x","param":"top_p","code":3051}"#, "bad", "top_p",
                "3051"
            ),
            (#"{"statusCode":404,"message":"Resource not found"}"#, "Resource not found", nil, nil),
            (
                #"{"errors":[{"message":"first","code":7003},{"message":"second"}],"success":false}"#,
                "first", nil, "7003"
            ),
            (#"{"title":"Too large","status":413}"#, "Too large", nil, nil),
            (#""just text""#, "just text", nil, nil),
            (#"{"strange":true}"#, #"{"strange":true}"#, nil, nil),
            ("upstream connect error\n", "upstream connect error", nil, nil),
            ("", "The upstream answered 418 and said nothing about it.", nil, nil),
            ("{}", "The upstream answered 418 and said nothing about it.", nil, nil),
            ("null", "The upstream answered 418 and said nothing about it.", nil, nil),
            (
                "<html><head><TITLE> 502 Bad Gateway </TITLE></head>",
                "The upstream answered 418 with a page: 502 Bad Gateway", nil, nil
            ),
            ("<!DOCTYPE html><p>no", "The upstream answered 418 with a page.", nil, nil),
            ("{\"error\":{\"mess", "{\"error\":{\"mess", nil, nil),
        ] as [(String, String, String?, String?)])
    func shapes(body: String, message: String, param: String?, code: String?) throws {
        let error = try #require(JSONDocument(shaped(body, status: 418)).root["error"])
        #expect(error["message"]?.string == message)
        #expect(error["param"]?.string == param)
        #expect(error["code"]?.string == code)
        #expect(error["type"]?.kind == .string)
        #expect(
            error.members.count(where: { ["message", "type", "param", "code"].contains($0.name.string) }) == 4
        )
    }

    @Test("no body, whatever it is, gives anything but a whole envelope")
    func anything() throws {
        for seed in UInt64(1)...300 {
            let random = SeededRandom(seed: seed)
            let source =
                #"""
                {"error":{"message":["x",null],"type":5,"code":{"a":1},"param":[]},\#
                "detail":[]}<html><title>
                """#
                .bytes
            var body = Array(source[Int(random.next(below: 20))...].prefix(Int(random.next(below: 120))))
            for _ in 0..<random.next(below: 3) where !body.isEmpty {
                body[Int(random.next(below: UInt64(body.count)))] = UInt8(truncatingIfNeeded: random.next())
            }
            let shaped = ErrorEnvelope.normalised(body, status: 502, contentType: nil)
            let error = try #require(JSONDocument(shaped).root["error"], "seed \(seed)")
            for name in ["message", "type"] { #expect(error[name]?.kind == .string, "seed \(seed)") }
            for name in ["param", "code"] {
                #expect(error[name].map { $0.isNull || $0.kind == .string } == true, "seed \(seed)")
            }
        }
    }

    @Test("a message too long is cut")
    func long() throws {
        let body =
            #"""
            {"error":{"message":"\#(String(repeating: "x", count: 9_000))","type":"t",\#
            "param":null,"code":null}}
            """#
        #expect(shaped(body).utf8.count < 4_300)
    }

    @Test("status and headers of an error answer stay, success passes unread")
    func responses() async throws {
        var response = Response(head: Calls.head(429, "text/html"), body: Body("<html>"))
        response.head.headerFields[.retryAfter] = "7"
        response.head.headerFields[.contentLength] = "6"
        let shaped = try await ErrorEnvelope.normalised(response)
        #expect(shaped.status.code == 429)
        #expect(shaped.head.headerFields[.retryAfter] == "7")
        #expect(shaped.head.headerFields[.contentLength] == nil)
        #expect(shaped.head.headerFields[.contentType] == "application/json")
        #expect(try await Calls.text(shaped.body).contains(#""type":"requests""#))
        let good = Response(head: Calls.head(200), body: Body(once: ScriptedReader(chunks: ["a"])))
        #expect(try await Calls.text(ErrorEnvelope.normalised(good).body) == "a")
    }

    @Test("an error body that is too large or breaks off leaves the status to speak")
    func unreadable() async throws {
        for reader in [
            ScriptedReader([.chunk(Array(repeating: 0x61, count: ErrorEnvelope.answerLimitBytes + 1))]),
            ScriptedReader([.chunk([0x61]), .fail(Failure(.connectionLost, "gone"))]),
        ] {
            let shaped = try await ErrorEnvelope.normalised(
                Response(head: Calls.head(503), body: Body(once: reader)))
            #expect(shaped.status.code == 503)
            #expect(try await Calls.text(shaped.body).contains("The upstream answered 503"))
        }
    }
}
