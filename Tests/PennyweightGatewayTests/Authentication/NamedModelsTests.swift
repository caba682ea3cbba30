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
