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

@Suite struct KeyGrantTests {
    private let time = ManualTime()

    private func issue(_ grant: KeyGrant) throws -> VirtualKey {
        try grant.issue(time: time, random: SeededRandom(seed: 2)).key
    }

    @Test("a key keeps a digest, and what it may do")
    func issued() throws {
        let grant = KeyGrant(
            account: "acme/search", name: "search", models: ["gpt-4o*"], routes: ["/chat/completions"],
            expiresAt: time.now() + .seconds(1))
        let issued = try grant.issue(time: time, random: SeededRandom(seed: 2))
        let credential = try #require(KeyCredential(issued.secret.reveal()))
        #expect(credential.id == issued.key.id)
        #expect(credential.matches(issued.key.secretDigest))
        #expect(issued.key.account == "acme/search")
        #expect(issued.key.models == ["gpt-4o*"])
        #expect(issued.key.createdAt == time.now())
        #expect("\(issued)".contains(issued.secret.reveal()) == false)
    }

    @Test("what can't be granted is refused with a reason")
    func refused() {
        let long = String(repeating: "x", count: 129)
        let wrong = [
            KeyGrant(account: ""), KeyGrant(account: "a//b"), KeyGrant(account: "a b"),
            KeyGrant(account: "a", name: ""), KeyGrant(account: "a", name: "a\nb"),
            KeyGrant(account: "a", name: long), KeyGrant(account: "a", models: [""]),
            KeyGrant(account: "a", models: ["*gpt"]), KeyGrant(account: "a", models: ["g*t*"]),
            KeyGrant(account: "a", models: Array(repeating: "m", count: 65)),
            KeyGrant(account: "a", routes: ["chat"]), KeyGrant(account: "a", routes: ["/"]),
            KeyGrant(account: "a", routes: ["/chat/"]), KeyGrant(account: "a", routes: ["/chat*"]),
            KeyGrant(account: "a", routes: ["/v1/chat/completions"]),
            KeyGrant(account: "a", expiresAt: time.now()),
        ]
        for grant in wrong {
            #expect {
                _ = try issue(grant)
            } throws: {
                ($0 as? Failure)?.code == .invalidRequest
            }
        }
    }

    @Test("models are allowed by name, or by their start; without a list all are")
    func models() throws {
        let key = try issue(KeyGrant(account: "a", models: ["gpt-4o*", "o3"]))
        for model in ["gpt-4o", "gpt-4o-mini", "o3"] { #expect(key.allows(model: model)) }
        for model in ["", "gpt-4", "o3-mini", "GPT-4o", "xgpt-4o", "*"] { #expect(!key.allows(model: model)) }
        #expect(try issue(KeyGrant(account: "a")).allows(model: "anything"))
        #expect(try issue(KeyGrant(account: "a", models: ["*"])).allows(model: "anything"))
    }

    @Test("a route allows what lies below it, and nothing that only begins like it")
    func routes() throws {
        let key = try issue(KeyGrant(account: "a", routes: ["/models", "/chat/completions"]))
        for route in ["/models", "/models/gpt-4o", "/chat/completions"] { #expect(key.allows(route: route)) }
        for route in ["", "/", "/modelsx", "/chat", "/embeddings"] { #expect(!key.allows(route: route)) }
        #expect(try issue(KeyGrant(account: "a")).allows(route: "/anything"))
    }

    @Test("a key stands as the time says; revoked is for good")
    func status() throws {
        var key = try issue(KeyGrant(account: "a", expiresAt: time.now() + .seconds(10)))
        #expect(key.status(at: time.now()) == .active)
        #expect(key.status(at: time.now() + .seconds(9)) == .active)
        #expect(key.status(at: time.now() + .seconds(10)) == .expired)
        key.revokedAt = time.now()
        #expect(key.status(at: time.now() - .seconds(5)) == .revoked)
        #expect(key.status(at: time.now() + .seconds(10)) == .revoked)
    }
}
