import HTTPTypes
import PennyweightJSON
import PennyweightLedger
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightGateway

@Suite struct NamedModelsTests {
    private let caller = Caller.key(
        VirtualKey(
            id: "k", name: nil, secretDigest: [], lastFour: "", account: "acme", models: ["gpt-4o*"],
            createdAt: Timestamp(seconds: 0)))

    private func post(_ body: String, _ path: String = "/chat/completions") -> Request {
        Request(.post, path, body: Body(Array(body.utf8)))
    }

    @Test("a model that is allowed passes, on every route")
    func allowed() throws {
        try caller.check(post(#"{"model":"gpt-4o-mini"}"#))
        try caller.check(post(#"{"model":"gpt-4o"}"#, "/embeddings"))
        try caller.check(Request(.get, "/models"))
        try caller.check(Request(.get, "/models/gpt-4o-mini?x=1"))
        try caller.check(Request(.get, "/videos/video_1"))
    }

    @Test(
        "whatever names another model, or none, is refused",
        arguments: [
            #"{"model":"o3"}"#, #"{}"#, #"[]"#, "", "model=gpt-4o", #"{"model":null}"#,
            #"{"model":["gpt-4o"]}"#,
            #"{"model":"gpt-4o","model":"o3"}"#, #"{"model":"o3","model":"gpt-4o"}"#,
            #"{"model":"gpt-4o","models":["gpt-4o-mini","o3"]}"#, #"{"model":"gpt-4o","models":"o3"}"#,
            #"{"model":"gpt-4o","mod\u0065l":"o3"}"#, #"{"model":"gpt-4"}"#, #"{"model":""}"#,
        ])
    func refused(body: String) {
        #expect {
            try caller.check(post(body))
        } throws: {
            ($0 as? Refusal)?.status == .forbidden && ($0 as? Refusal)?.envelope.code == "model_not_allowed"
        }
    }

    private func form(_ fields: [(String, String)], end: String = "--b--\r\n", file: String? = nil) -> Request
    {
        var text = fields.map {
            "--b\r\nContent-Disposition: form-data; name=\"\($0.0)\"\r\n\r\n\($0.1)\r\n"
        }.joined()
        if let file {
            text +=
                "--b\r\nContent-Disposition: form-data; name=\"\(file)\"; filename=\"m\"\r\n\r\ngpt-4o\r\n"
        }
        var request = post(text + end, "/videos")
        request.head.headerFields[.contentType] = "multipart/form-data; boundary=b"
        return request
    }

    @Test("a form names its model in a field, whatever files come with it")
    func allowedForm() throws {
        try caller.check(form([("prompt", "model=o3"), ("model", "gpt-4o-mini")]))
        try caller.check(form([("model", "gpt-4o")], file: "image[]"))
    }

    @Test(
        "a form that names another model, none, or more than one reader would find, is refused",
        arguments: [
            [("model", "o3")], [("prompt", "gpt-4o")], [("model", "")], [],
            [("model", "gpt-4o"), ("model", "o3")], [("model", "gpt-4o"), ("model", "gpt-4o")],
            [("model", "gpt-4o"), ("models", "o3")], [("model", "gpt-4o"), ("models[]", "o3")],
            [("model", "gpt-4o"), ("model[]", "o3")],
        ])
    func refusedForm(fields: [(String, String)]) {
        expectRefusal(form(fields))
    }

    @Test("a form that is cut, has no boundary, or has its model as a file, is refused")
    func malformedForms() {
        expectRefusal(form([("model", "gpt-4o")], end: ""))
        expectRefusal(form([], file: "model"))
        expectRefusal(form([("model", "gpt-4o")], file: "model"))
        var request = form([("model", "gpt-4o")])
        request.head.headerFields[.contentType] = "multipart/form-data"
        expectRefusal(request)
        // What is sent as a form is read as one, also where it could pass as JSON.
        var json = post(#"{"model":"gpt-4o"}"#)
        json.head.headerFields[.contentType] = "multipart/form-data; boundary=b"
        expectRefusal(json)
    }

    private func expectRefusal(_ request: Request) {
        #expect {
            try caller.check(request)
        } throws: {
            ($0 as? Refusal)?.status == .forbidden && ($0 as? Refusal)?.envelope.code == "model_not_allowed"
        }
    }

    @Test("a look at another model is refused, however its name is encoded")
    func paths() {
        for path in ["/models/o3", "/models/%6F3", "/models/gpt%2D4", "/models/%zz"] {
            #expect(throws: Refusal.self) { try caller.check(Request(.get, path)) }
        }
    }

    @Test("a key without a list, and who needs no key, may ask for anything")
    func unrestricted() throws {
        try Caller.anyone.check(post("no JSON"))
        let key = VirtualKey(
            id: "k", name: nil, secretDigest: [], lastFour: "", account: "acme",
            createdAt: Timestamp(seconds: 0))
        try Caller.key(key).check(post(#"{"model":"o3"}"#))
    }
}
