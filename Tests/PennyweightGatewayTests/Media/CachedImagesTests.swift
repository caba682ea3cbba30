#if Gateway
import HTTPTypes
import PennyweightJSON
import PennyweightLedger
import PennyweightMiddleware
import PennyweightSQLite
import PennyweightTesting
import Testing

@testable import PennyweightGateway

@Suite("Images are stored by their bytes and given in either form", .timeLimit(.minutes(5)))
struct CachedImagesTests {
    @Test("the first call wants base64, the second a URL: one charge, one image")
    func base64ThenURL() async throws {
        try await MediaGateway.run { gateway in
            let first = try await gateway.draw(as: "b64_json")
            let image = try #require(first.image)
            #expect(first.cacheStatus == "Pennyweight; fwd=uri-miss; stored")
            let second = try await gateway.draw(as: "url")
            #expect(second.isHit, "\(second.cacheStatus)")
            let url = try #require(second.url)
            #expect(url.hasPrefix("http://") && !url.hasPrefix(gateway.provider.rootURL))
            let fetched = try await gateway.get(url)
            #expect(fetched.status == 200 && fetched.bytes == image)
            #expect(fetched.headers[.contentType] == "image/png")
            #expect(fetched.headers[.xContentTypeOptions] == "nosniff")
            #expect(gateway.charges == 1)
        }
    }

    @Test("the first call wants a URL, and all get local ones or the bytes of what it led to")
    func urlThenBase64() async throws {
        try await MediaGateway.run { gateway in
            let first = try await gateway.draw()
            let url = try #require(first.url)
            #expect(url.contains("/media/") && !url.contains("/images/"), "\(url)")
            let image = try await gateway.get(url).bytes
            #expect(image.starts(with: [0x89, 0x50, 0x4E, 0x47]))
            let second = try await gateway.draw(as: "b64_json")
            #expect(second.isHit && second.image == image)
            #expect(try await gateway.draw(as: "url").isHit)
            #expect(second.data.first?["revised_prompt"]?.string == "a red fox")
            #expect(second.data.first?["url"] == nil)
            #expect(second.root?["created"]?.integer == first.root?["created"]?.integer)
            #expect(gateway.charges == 1)
        }
    }

    @Test("a model that knows base64 only is served byte by byte, with its usage")
    func tokenModel() async throws {
        try await MediaGateway.run { gateway in
            let first = try await gateway.draw(model: "gpt-image-1", more: #","n":2"#)
            let second = try await gateway.draw(model: "gpt-image-1", more: #","n":2"#)
            #expect(second.isHit)
            #expect(second.bytes == first.bytes)
            #expect(second.root?["usage"]?["output_tokens"]?.integer ?? 0 > 0)
            // The provider may refuse what it doesn't know: it is asked.
            let other = try await gateway.draw(model: "gpt-image-1", as: "b64_json", more: #","n":2"#)
            #expect(!other.isHit)
            #expect(gateway.charges == 2)
        }
    }

    @Test("who says nothing about the form gets the provider's own, and no other")
    func unknownModel() async throws {
        try await MediaGateway.run { gateway in
            #expect(try await gateway.draw(model: "flux-1", as: "b64_json").image != nil)
            let silent = try await gateway.draw(model: "flux-1")
            #expect(!silent.isHit && silent.url != nil, "\(silent.cacheStatus)")
            let again = try await gateway.draw(model: "flux-1")
            #expect(again.isHit && again.url != nil)
            #expect(try await gateway.draw(model: "flux-1", as: "b64_json").isHit)
            #expect(gateway.charges == 2)
        }
    }

    @Test("a hit leaves a line with what it saved")
    func ledger() async throws {
        try await MediaGateway.run { gateway in
            let first = try await gateway.draw(model: "gpt-image-1")
            let second = try await gateway.draw(model: "gpt-image-1")
            let name = { (text: String) in HTTPField.Name(text)! }
            #expect(second.headers[name("x-pennyweight-cost")] == "0")
            #expect(
                second.headers[name("x-pennyweight-saved")] == first.headers[name("x-pennyweight-cost")])
            let total = try await gateway.ledger.report(ReportQuery(by: .model)).total
            #expect(total.attempts == 1 && total.hits == 1)
            #expect(MoneyTotal(picos: total.charged.picos) == gateway.provider.billed)
            #expect(total.avoided.picos == total.charged.picos && total.charged.picos > 0)
        }
    }

    @Test("callers at the same time share one call, whatever form they want")
    func together() async throws {
        try await MediaGateway.run { gateway in
            let answers = try await withThrowingTaskGroup(of: KeyedGateway.Answer.self) { group in
                for index in 0..<12 {
                    group.addTask { try await gateway.draw(as: index % 2 == 0 ? "url" : "b64_json") }
                }
                var answers: [KeyedGateway.Answer] = []
                for try await answer in group { answers.append(answer) }
                return answers
            }
            #expect(gateway.charges == 1)
            let images = Set(answers.compactMap(\.image))
            #expect(images.count == 1)
            let urls = answers.compactMap(\.url)
            #expect(urls.count == 6)
            for url in urls {
                let fetched = try await gateway.get(url).bytes
                #expect(images.contains(fetched))
            }
            let total = try await gateway.ledger.report(ReportQuery(by: .model)).total
            #expect(total.attempts == 1)
        }
    }

    @Test("two entries with equal images keep the bytes once; purging one leaves the other its image")
    func shared() async throws {
        try await MediaGateway.run { gateway in
            let first = try await gateway.draw(as: "b64_json", account: "acme")
            let second = try await gateway.draw(as: "b64_json", account: "other")
            #expect(gateway.charges == 2 && first.image == second.image)
            #expect(try await gateway.media.statistics().entries == 1)
            var selection = CacheSelection()
            selection.account = "acme"
            #expect(try await gateway.cache.remove(selection) == 1)
            #expect(try await gateway.draw(as: "url", account: "other").isHit)
            let purged = try await gateway.draw(as: "url", account: "acme")
            #expect(!purged.isHit)
        }
    }

    @Test("a purge of everything takes the images with it, and the tiers count them")
    func purgedAll() async throws {
        try await MediaGateway.run { gateway in
            let url = try #require(try await gateway.draw(as: "url").url)
            let list = try await gateway.get("/v1/cache")
            let tier = list.root?["tiers"]?.elements.last
            #expect(tier?["name"]?.string == "media" && tier?["entries"]?.integer == 1)
            // A condition may leave others that refer to the same image.
            #expect(try await gateway.get("/v1/cache?model=none", .delete).status == 200)
            #expect(try await gateway.get(url).status == 200)
            #expect(try await gateway.get("/v1/cache", .delete).root?["removed"]?.integer == 1)
            #expect(try await gateway.get(url).status == 404)
        }
    }

    @Test("an entry whose image is gone is a miss, and is removed")
    func evicted() async throws {
        try await MediaGateway.run { gateway in
            let url = try #require(try await gateway.draw(as: "url").url)
            try await gateway.media.removeAll()
            #expect(try await gateway.get(url).status == 404)
            let only = [HTTPField.Name("cache-control")!: "only-if-cached"] as HTTPFields
            #expect(try await gateway.draw(as: "url", headers: only).status == 504)
            #expect(try await gateway.cache.statistics().entries == 0)
            let again = try await gateway.draw(as: "b64_json")
            #expect(!again.isHit && again.image != nil)
            #expect(gateway.charges == 2)
            #expect(try await gateway.draw(as: "url").isHit)
        }
    }
}
#endif
