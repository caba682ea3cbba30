import PennyweightPipeline
import Testing

@testable import PennyweightGateway

@Suite("CallerUser")
struct CallerUserTests {
    private func find(_ header: String? = nil, _ body: String = "{}") throws -> String? {
        try CallerUser.find(header: header, body: Array(body.utf8))
    }

    @Test("the header is stronger than the body, user than safety_identifier")
    func order() throws {
        let body = #"{"safety_identifier":"s","user":"u"}"#
        #expect(try find("h", body) == "h")
        #expect(try find(nil, body) == "u")
        #expect(try find("", body) == "u")
        #expect(try find(nil, #"{"safety_identifier":"s"}"#) == "s")
        #expect(try find(nil, #"{"safety_identifier":"s","user":""}"#) == "s")
        #expect(try find(nil, #"{"safety_identifier":"s","user":7}"#) == "s")
    }

    private func find(inForm fields: [(String, String)], header: String? = nil) throws -> String? {
        let body = fields.map {
            "--b\r\nContent-Disposition: form-data; name=\"\($0.0)\"\r\n\r\n\($0.1)\r\n"
        }.joined()
        return try CallerUser.find(
            header: header, body: Array((body + "--b--\r\n").utf8),
            contentType: "Multipart/Form-Data; boundary=b")
    }

    @Test("a form names it in the same fields, weaker than the header")
    func forms() throws {
        #expect(try find(inForm: [("safety_identifier", "s"), ("user", "u")]) == "u")
        #expect(try find(inForm: [("user", ""), ("safety_identifier", "s")]) == "s")
        #expect(try find(inForm: [("user", "u")], header: "h") == "h")
        #expect(try find(inForm: [("prompt", "user")]) == nil)
    }

    @Test("a form that could name two users is refused, and so is a control character")
    func twoUsers() {
        for fields in [[("user", "a"), ("user", "b")], [("user", "a\u{7}")]] {
            #expect {
                try find(inForm: fields)
            } throws: {
                ($0 as? Failure)?.code == .invalidRequest
            }
        }
    }

    @Test(
        "nobody is named", arguments: ["", "{}", "no JSON", "[]", #"{"user":null}"#, #"{"user":{"a":"b"}}"#])
    func nobody(body: String) throws {
        #expect(try find(nil, body) == nil)
    }

    @Test("up to 128 bytes stay as they are; of longer names their digest stands for them")
    func length() throws {
        let most = String(repeating: "ü", count: 64)
        #expect(try find(most) == most)
        let digest = try #require(try find(most + "x"))
        #expect(digest.hasPrefix("sha256-") && digest.utf8.count == 39)
        #expect(try find(most + "y") != digest)
        #expect(try find(nil, #"{"user":"\#(most)x"}"#) == digest)
    }

    @Test(
        "a control character is refused, wherever it stands",
        arguments: ["\u{0}", "a\nb", "a\u{7F}", "\u{85}"])
    func control(name: String) {
        let escaped = name.unicodeScalars.map { scalar in
            let digits = String(scalar.value, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
        for find in [{ try self.find(name) }, { try self.find(nil, "{\"user\":\"\(escaped)\"}") }] {
            let failure = #expect(throws: Failure.self) { try find() }
            #expect(failure?.code == .invalidRequest)
        }
    }
}
