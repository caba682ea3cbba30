#if Gateway
import HTTPTypes
import HummingbirdTesting
import NIOCore
import PennyweightJSON
import PennyweightLedger
import PennyweightSQLite
import PennyweightTesting
import Testing

@testable import PennyweightGateway

/// Videos of several accounts behind one key of the provider, over loopback.
@Suite("Video ownership", .timeLimit(.minutes(5)))
struct VideoOwnershipTests {
    private static let boundary = "b0undary"

    private static func form(_ fields: [(String, String)]) -> String {
        fields.map {
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"\($0.0)\"\r\n\r\n\($0.1)\r\n"
        }.joined() + "--\(boundary)--\r\n"
    }

    private static func post(
        _ gateway: KeyedGateway, _ fields: [(String, String)], key: String, to path: String = "/v1/videos"
    ) async throws -> KeyedGateway.Answer {
        let headers: HTTPFields = [
            .authorization: "Bearer \(key)",
            .contentType: "multipart/form-data; boundary=\(boundary)",
        ]
        return try await gateway.client.execute(
            uri: path, method: .post, headers: headers, body: ByteBuffer(string: form(fields))
        ) { KeyedGateway.Answer($0) }
    }

    @Test("a key with a list of models sends forms, of those models alone")
    func listedModels() async throws {
        try await KeyedGateway.run { gateway in
            let key = try await gateway.key(models: ["sora-2"]).text
            let allowed = try await Self.post(gateway, [("prompt", "p"), ("model", "sora-2")], key: key)
            #expect(allowed.status == 200)
            let refused = try await Self.post(gateway, [("prompt", "p"), ("model", "sora-2-pro")], key: key)
            #expect(refused.status == 403 && refused.code == "model_not_allowed")
            let edit = try await Self.post(
                gateway, [("prompt", "p"), ("model", "gpt-image-1")], key: key, to: "/v1/images/edits")
            #expect(edit.status == 403)
        }
    }

    @Test("a form's user has a budget of its own")
    func userBudget() async throws {
        let budget = Budget(
            name: "users", scope: BudgetScope(each: .user), limit: Money(usd: "0.5")!)
        try await KeyedGateway.run(budgets: [budget]) { gateway in
            let key = try await gateway.key().text
            let fields = [("prompt", "p"), ("model", "sora-2"), ("seconds", "4")]
            #expect(try await Self.post(gateway, fields + [("user", "a")], key: key).status == 200)
            let refused = try await Self.post(gateway, fields + [("user", "a")], key: key)
            #expect(refused.status == 402 && refused.message.contains("user a"))
            #expect(try await Self.post(gateway, fields + [("user", "b")], key: key).status == 200)
        }
    }

    @Test("another account's video is not there: no state, no content, no removal, no list")
    func foreign() async throws {
        try await KeyedGateway.run { gateway in
            let (mine, theirs) = (try await gateway.key("acme").text, try await gateway.key("other").text)
            let made = try await Self.post(gateway, [("prompt", "p"), ("model", "sora-2")], key: mine)
            let id = try #require(made.string("id"))
            for (method, path) in [
                (HTTPRequest.Method.get, "/v1/videos/\(id)"), (.get, "/openai/v1/videos/\(id)?x=1"),
                (.get, "/v1/videos/\(id)/content"), (.delete, "/v1/videos/\(id)"),
            ] {
                let answer = try await gateway.send(method, path, key: theirs)
                #expect(answer.status == 404 && answer.code == "not_found")
                // No answer tells whether the video exists.
                let absent = try await gateway.send(
                    method, path.replacing(id, with: "video_absent"), key: theirs)
                #expect(
                    absent.status == 404
                        && absent.message == answer.message.replacing(id, with: "video_absent"))
            }
            #expect(try await gateway.send(.get, "/v1/videos", key: theirs).data.isEmpty)
            let list = try await gateway.send(.get, "/v1/videos", key: mine)
            #expect(list.data.compactMap { $0["id"]?.string } == [id])
            #expect(list.string("object") == "list" && list.string("last_id") == id)
        }
    }

    @Test("a key of an account above sees the video; its cost stays with the account that made it")
    func above() async throws {
        try await KeyedGateway.run { gateway in
            let (above, below) = (
                try await gateway.key("acme").text, try await gateway.key("acme/search").text
            )
            let made = try await Self.post(gateway, [("prompt", "p"), ("model", "sora-2")], key: below)
            let id = try #require(made.string("id"))
            var answer = made
            for _ in 0..<20 where answer.string("status") != "completed" {
                answer = try await gateway.send(.get, "/v1/videos/\(id)", key: above)
            }
            #expect(answer.string("status") == "completed")
            #expect(try await gateway.send(.get, "/v1/videos/\(id)/content", key: above).status == 200)
            let report = try await gateway.ledger.report(ReportQuery(by: .account))
            #expect(report.rows.map(\.group) == [["acme/search"]])
            #expect(report.total.charged.text == "0.4")
        }
    }

    @Test("the list pages over the account's own, past those of others")
    func pages() async throws {
        try await KeyedGateway.run { gateway in
            let (mine, theirs) = (try await gateway.key("acme").text, try await gateway.key("other").text)
            var made: [String] = []
            for index in 0..<6 {
                let answer = try await Self.post(
                    gateway, [("prompt", "p\(index)"), ("model", "sora-2")],
                    key: index % 2 == 0 ? mine : theirs)
                if index % 2 == 0 { made.append(try #require(answer.string("id"))) }
            }
            let first = try await gateway.send(.get, "/v1/videos?limit=2", key: mine)
            #expect(first.data.compactMap { $0["id"]?.string } == [made[2], made[1]])
            #expect(first.root?["has_more"]?.bool == true)
            let last = try #require(first.string("last_id"))
            let second = try await gateway.send(.get, "/v1/videos?limit=2&after=\(last)", key: mine)
            #expect(second.data.compactMap { $0["id"]?.string } == [made[0]])
            #expect(second.root?["has_more"]?.bool == false)
            #expect(try await gateway.send(.delete, "/v1/videos/\(made[1])", key: mine).status == 200)
            let rest = try await gateway.send(.get, "/v1/videos?order=asc", key: mine)
            #expect(rest.data.compactMap { $0["id"]?.string } == [made[0], made[2]])
            #expect(try await gateway.send(.get, "/v1/videos?limit=500", key: mine).status == 400)
        }
    }

    @Test("without a key there is one owner, who sees all that the provider has")
    func withoutKeys() async throws {
        try await KeyedGateway.run { gateway in
            let body = #"{"prompt":"p","model":"sora-2"}"#
            let made = try await gateway.send(.post, "/v1/videos", body: body)
            let id = try #require(made.string("id"))
            #expect(try await gateway.send(.get, "/v1/videos").data.count == 1)
            #expect(try await gateway.send(.get, "/v1/videos/\(id)").status == 200)
        }
    }
}
#endif
