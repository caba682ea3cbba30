#if Gateway
import Foundation
import HTTPTypes
import PennyweightJSON
import PennyweightMiddleware
import PennyweightSQLite
import PennyweightTesting
import Testing

@testable import PennyweightGateway

@Suite("An image that can't be kept costs nobody its answer", .timeLimit(.minutes(5)))
struct UnfetchableImagesTests {
    /// The answer is as the provider gave it, nothing is stored, and the next call is paid for.
    private func check(
        _ gateway: MediaGateway, fault: String?, detail: String, as form: String = "url"
    ) async throws {
        let answer = try await gateway.draw(as: form, fault: fault)
        #expect(answer.status == 200)
        #expect(answer.cacheStatus == "Pennyweight; fwd=uri-miss; detail=\(detail)")
        if form == "url" {
            #expect(answer.url?.hasPrefix(gateway.provider.rootURL) == true)
        } else {
            #expect(answer.image != nil)
        }
        #expect(try await gateway.cache.statistics().entries == 0)
        #expect(try await gateway.media.statistics().entries == 0)
        #expect(gateway.charges == 1)
        let again = try await gateway.draw(as: form, fault: fault)
        #expect(!again.isHit && gateway.charges == 2)
        #expect(gateway.log.lines.contains { $0.message.contains("not kept") })
    }

    @Test(
        "a URL that is cut, short, leads elsewhere, is a page or has expired is not stored",
        arguments: ["cut", "short", "redirect", "page", "expired"])
    func faults(_ fault: String) async throws {
        try await MediaGateway.run { try await check($0, fault: fault, detail: "media-not-fetched") }
    }

    @Test("a URL that hangs holds the answer back for as long as the policy says, and no longer")
    func hang() async throws {
        var policy = MediaPolicy()
        policy.fetchLimit = .milliseconds(300)
        try await MediaGateway.run(policy: policy) {
            try await check($0, fault: "hang", detail: "media-not-fetched")
        }
    }

    @Test("an image larger than the policy, or the whole store, allows is not stored")
    func large() async throws {
        var policy = MediaPolicy()
        policy.maximumBytes = 100
        try await MediaGateway.run(policy: policy) {
            try await check($0, fault: nil, detail: "media-too-large")
        }
        try await MediaGateway.run(limitBytes: 100) {
            try await check($0, fault: nil, detail: "media-too-large", as: "b64_json")
        }
    }

    @Test("a store that can't be written says so once, and is left alone for a while")
    func unwritable() async throws {
        try await MediaGateway.run { gateway in
            try FileManager.default.removeItem(atPath: gateway.media.path)
            #expect(FileManager.default.createFile(atPath: gateway.media.path, contents: Data()))
            for _ in 0..<3 {
                let answer = try await gateway.draw(as: "b64_json")
                #expect(answer.image != nil)
                #expect(answer.cacheStatus == "Pennyweight; fwd=uri-miss; detail=media-not-stored")
            }
            #expect(gateway.charges == 3)
            #expect(gateway.log.lines.count { $0.message.contains("not kept") } == 1)
        }
    }

    @Test("once it can be fetched, the same question is stored")
    func recovers() async throws {
        try await MediaGateway.run { gateway in
            _ = try await gateway.draw(as: "url", fault: "page")
            #expect(try await gateway.draw(as: "url").cacheStatus == "Pennyweight; fwd=uri-miss; stored")
            #expect(try await gateway.draw(as: "url", fault: "page").isHit)
            #expect(gateway.charges == 2)
        }
    }
}
#endif
