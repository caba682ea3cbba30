#if Gateway
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

@Suite struct AdmissionTests {
    private let time = ManualTime()
    private let keys = MemoryKeys()
    private let adminKey = "admin-0123456789-0123456789-0123456789"
    private static let chat = Route.command("/chat/completions")

    private func admission(
        adminKey: String? = nil, isRequired: Bool = false, isLoopback: Bool = true
    ) throws -> Admission {
        Admission(
            keys: keys, adminKey: try adminKey.map { try Secret($0) }, isRequired: isRequired,
            isLoopback: isLoopback, time: time)
    }

    private func issue(_ grant: KeyGrant, seed: UInt64 = 1) async throws -> (key: VirtualKey, text: String) {
        let issued = try grant.issue(time: time, random: SeededRandom(seed: seed))
        try await keys.add(issued.key)
        return (issued.key, issued.secret.reveal())
    }

    private func admit(
        _ admission: Admission, _ shown: String?, to route: Route = AdmissionTests.chat,
        path: String = "/chat/completions", account: String? = nil
    ) async throws -> Context {
        var call = Context(
            id: SortableID(time: time, random: SeededRandom(seed: 1)), logger: CapturedLog().logger)
        var fields: HTTPFields = [:]
        if let shown { fields[.authorization] = "Bearer \(shown)" }
        if let account { fields[HTTPField.Name("x-pennyweight-account")!] = account }
        try await admission.admit(&call, fields, to: route, path: path)
        return call
    }

    private func refusal(_ work: () async throws -> Context) async -> Refusal? {
        do {
            _ = try await work()
            return nil
        } catch {
            return error as? Refusal
        }
    }

    @Test("without any key, anyone on this machine passes, and nobody else")
    func noKeys() async throws {
        let open = try await admit(admission(), nil)
        #expect(open[AdmittedCaller.self] == .anyone)
        #expect(open.account == "default")
        #expect(try await admit(admission(), "sk-whatever")[AdmittedCaller.self] == .anyone)
        let far = try admission(isLoopback: false)
        #expect(await refusal { try await admit(far, nil) }?.status == .unauthorized)
        #expect(await refusal { try await admit(far, nil, to: .native(.createKey)) }?.status == .unauthorized)
    }

    @Test("with one key, everyone needs one; revoking the last opens nothing")
    func firstKey() async throws {
        let admission = try admission()
        _ = try await admit(admission, nil)
        let (key, text) = try await issue(KeyGrant(account: "acme/search"))
        for shown in [nil, "sk-whatever", "", " "] {
            #expect(await refusal { try await admit(admission, shown) }?.status == .unauthorized)
        }
        let call = try await admit(admission, text)
        #expect(call.account == "acme/search")
        #expect(call[KeyLabel.self] == key.id)
        #expect(call[AdmittedCaller.self] == .key(key))
        try await keys.revoke(key.id, at: time.now())
        for shown in [nil, text] {
            #expect(await refusal { try await admit(admission, shown) }?.status == .unauthorized)
        }
    }

    @Test("keys can be asked for before there is one; the first can still be made on this machine")
    func required() async throws {
        let admission = try admission(isRequired: true)
        #expect(await refusal { try await admit(admission, nil) }?.status == .unauthorized)
        let first = try await admit(admission, nil, to: .native(.createKey), path: "/keys")
        #expect(first[AdmittedCaller.self] == .admin)
        let far = try self.admission(isRequired: true, isLoopback: false)
        #expect(await refusal { try await admit(far, nil, to: .native(.createKey)) } != nil)
    }

    @Test("an unknown id and a wrong secret can't be told apart, and neither is shown")
    func wrongSecret() async throws {
        let (key, text) = try await issue(KeyGrant(account: "acme"))
        let admission = try admission()
        let other = try KeyCredential(random: SeededRandom(seed: 77)).text().reveal()
        let forged = "pw_\(key.id)_\(other.suffix(43))"
        let unknown = await refusal { try await admit(admission, other) }
        let wrong = await refusal { try await admit(admission, forged) }
        #expect(unknown != nil)
        #expect(unknown == wrong)
        for shown in [other, forged, "pw_short", String(text.dropLast())] {
            let refusal = await refusal { try await admit(admission, shown) }
            #expect(refusal?.envelope.code == "invalid_api_key")
            #expect(refusal?.envelope.message.contains(shown) == false)
            #expect(refusal?.envelope.message.contains(shown.suffix(12)) == false)
        }
    }

    @Test("a revoked and an expired key are refused at once, and say why to who knows the secret")
    func ended() async throws {
        let admission = try admission()
        let (key, text) = try await issue(
            KeyGrant(account: "acme", expiresAt: time.now() + .seconds(10)))
        _ = try await admit(admission, text)
        time.advance(by: .seconds(10))
        #expect(
            await refusal { try await admit(admission, text) }?.envelope.message.contains("expired") == true)
        try await keys.revoke(key.id, at: time.now())
        #expect(
            await refusal { try await admit(admission, text) }?.envelope.message.contains("revoked") == true)
    }

    @Test("a key uses the routes that it lists, and what lies below them")
    func routes() async throws {
        let admission = try admission()
        let (_, text) = try await issue(KeyGrant(account: "acme", routes: ["/chat/completions"]))
        _ = try await admit(admission, text)
        for (route, path) in [
            (Route.modelList("/models"), "/models"), (.command("/embeddings"), "/embeddings"),
            (.native(.usage), "/usage"), (.unknown, "/nothing"),
        ] {
            let refusal = await refusal { try await admit(admission, text, to: route, path: path) }
            #expect(refusal?.status == .forbidden)
            #expect(refusal?.envelope.code == "route_not_allowed")
        }
    }

    @Test("a key names accounts below its own, and no others")
    func accounts() async throws {
        let admission = try admission()
        let (_, text) = try await issue(KeyGrant(account: "acme/search"))
        #expect(
            try await admit(admission, text, account: "acme/search/tenant-7").account
                == "acme/search/tenant-7")
        #expect(try await admit(admission, text, account: "acme/search").account == "acme/search")
        for account in ["acme", "other", "acme/search-2", "acme/searching/x", "acme/../acme/search"] {
            let refusal = await refusal { try await admit(admission, text, account: account) }
            #expect(refusal?.envelope.code == "account_not_allowed", "\(account)")
        }
        for account in ["", "/", "acme//x", "acme/search, acme/search"] {
            let refusal = await refusal { try await admit(admission, text, account: account) }
            #expect(refusal?.status == .badRequest, "\(account)")
        }
    }

    @Test("without keys any account may be named")
    func accountsWithoutKeys() async throws {
        #expect(try await admit(admission(), nil, account: "any/where").account == "any/where")
        #expect(await refusal { try await admit(admission(), nil, account: "a b") }?.status == .badRequest)
    }

    @Test("the admin key manages keys, and pays for nothing")
    func adminKey() async throws {
        let admission = try admission(adminKey: adminKey)
        #expect(
            await refusal { try await admit(admission, nil, to: .native(.createKey)) }?.status == .forbidden)
        let call = try await admit(admission, adminKey, to: .native(.createKey), path: "/keys")
        #expect(call[AdmittedCaller.self] == .admin)
        #expect(
            await refusal { try await admit(admission, adminKey) }?.envelope.code == "admin_key_not_allowed")
        let (_, text) = try await issue(KeyGrant(account: "acme"))
        let managed = await refusal {
            try await admit(admission, text, to: .native(.createKey), path: "/keys")
        }
        #expect(managed?.envelope.code == "admin_key_required")
        for shown in [String(adminKey.dropLast()), adminKey + "x", adminKey.uppercased()] {
            #expect(
                await refusal { try await admit(admission, shown, to: .native(.createKey)) }?.status
                    == .unauthorized)
        }
    }

    @Test("without an admin key, HTTP makes the first key only")
    func firstKeyOnly() async throws {
        let admission = try admission()
        let first = try await admit(admission, nil, to: .native(.createKey), path: "/keys")
        #expect(first[AdmittedCaller.self] == .admin)
        let (_, text) = try await issue(KeyGrant(account: "acme"))
        #expect(
            await refusal { try await admit(admission, nil, to: .native(.createKey)) }?.status
                == .unauthorized)
        let refusal = await refusal {
            try await admit(admission, text, to: .native(.revokeKey("x")), path: "/keys/x")
        }
        #expect(refusal?.envelope.message.contains("PENNYWEIGHT_ADMIN_KEY") == true)
    }

    @Test("keys that can't be looked up let nobody pass")
    func brokenStore() async throws {
        let admission = Admission(keys: BrokenKeys(), isLoopback: true, time: time)
        await #expect {
            _ = try await admit(admission, nil)
        } throws: {
            ($0 as? Failure)?.code == .ledgerUnavailable
        }
    }
}

/// A store whose disk has gone.
private struct BrokenKeys: KeyStore {
    private let failure = Failure(.storage, "The disk is gone.")

    func add(_ key: VirtualKey) async throws { throw failure }
    func key(_ id: String) async throws -> VirtualKey? { throw failure }
    func revoke(_ id: String, at time: Timestamp) async throws -> Bool { throw failure }
    func keys(_ query: KeyQuery) async throws -> KeyPage { throw failure }
}
#endif
