#if Gateway
import Foundation
import PennyweightMiddleware
import Testing

@testable import PennyweightGateway

@Suite("Semantic look-up in the configuration")
struct SemanticConfigurationTests {
    private func read(_ yaml: String) async throws -> GatewayConfiguration {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).yaml")
        try Data(yaml.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try await GatewayConfiguration.read(
            file: file.path, environment: ["OPENAI_API_KEY": "sk-test"])
    }

    @Test("it is off unless enabled; then it is for all calls") func defaults() async throws {
        let off = try await read("port: 1")
        #expect(!off.semantic.isEnabled && off.cache.policy.defaults.semantic == .off)
        let on = try await read("semantic:\n  enabled: true")
        #expect(on.semantic.isEnabled && on.cache.policy.defaults.semantic == .always)
        #expect(on.cache.policy.defaults.similarity == 0.97)
        #expect(on.semantic.policy == SemanticPolicy())
    }

    @Test("every setting has its place, by rule and account as well") func everySetting() async throws {
        let read = try await read(
            """
            semantic:
              enabled: true
              model: text-embedding-3-large
              dimensions: 256
              milliseconds: 700
              textBytes: 500
              maxErrorRate: 0.05
              confidence: 0.9
              requiresFeedback: true
              explorePercent: 3
              memoryBytes: 1000000
            cache:
              semantic: asked
              similarity: 0.98
              rules:
                faq: { namespace: faq, semantic: always, similarity: 0.95 }
              accounts:
                acme/legal: { semantic: "off" }
            """)
        var policy = SemanticPolicy()
        policy.model = "text-embedding-3-large"
        policy.dimensions = 256
        policy.patience = .milliseconds(700)
        policy.maximumTextBytes = 500
        policy.maximumErrorRate = 0.05
        policy.confidence = 0.9
        policy.requiresFeedback = true
        policy.explorePerMille = 30
        #expect(read.semantic.policy == policy && read.semantic.memoryBytes == 1_000_000)
        #expect(read.cache.policy.defaults.semantic == .asked)
        #expect(read.cache.policy.defaults.similarity == 0.98)
        #expect(read.cache.policy.rules.first?.settings.similarity == 0.95)
        #expect(read.cache.policy.rules.first?.settings.semantic == .always)
        #expect(read.cache.policy.accounts["acme/legal"]?.semantic == .off)
    }

    @Test(
        "what can't be used is reported with its place",
        arguments: [
            ("semantic: { enabled: perhaps }", "semantic.enabled"),
            ("semantic: { maxErrorRate: 2 }", "semantic.maxErrorRate"),
            ("semantic: { confidence: 1 }", "semantic.confidence"),
            ("semantic: { explorePercent: 60 }", "semantic.explorePercent"),
            ("semantic: { dimensions: 0 }", "semantic.dimensions"),
            ("cache: { similarity: 1.5 }", "cache.similarity"),
            ("cache: { semantic: sometimes }", "cache.semantic"),
            ("cache: { rules: { a: { similarity: nan } } }", "cache.rules.a.similarity"),
        ])
    func problems(yaml: String, place: String) async throws {
        let error = await #expect(throws: ConfigurationError.self) { try await read(yaml) }
        #expect(error?.description.contains(place) == true, "\(error?.description ?? "")")
    }
}
#endif
