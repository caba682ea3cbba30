import PennyweightTesting
import Testing

@testable import PennyweightMiddleware

@Suite("The published vectors of the cache key")
struct GoldenVectorTests {
    @Test("every body has the published form and digest, or is refused for the published reason")
    func forms() throws {
        let blocks = try GoldenVectors().blocks.filter { $0.heading == "[form]" }
        #expect(blocks.count >= 30)
        for block in blocks {
            let body = try #require(block.bytes("body"))
            do {
                let form = try CanonicalForm(of: body, omitting: block.words("omit"))
                #expect(form.bytes == block.bytes("canonical"), "\(block.text("name"))")
                #expect(
                    GoldenVectors.hexadecimal(form.digest) == block.text("sha256"), "\(block.text("name"))")
            } catch {
                #expect(error.rawValue == block.text("refused"), "\(block.text("name"))")
            }
        }
    }

    @Test("every list of fields has the published text and key")
    func keys() throws {
        let blocks = try GoldenVectors().blocks.filter { $0.heading == "[key]" }
        #expect(blocks.count >= 3)
        for block in blocks {
            let policy = FieldPolicy(block.text("policy"), transportOnly: block.words("omit"))
            let form = try CanonicalForm(of: try #require(block["body"]), omitting: policy.omitted)
            let fields = CacheKey.Fields(
                account: block.text("account"), namespace: block.text("namespace"),
                method: block.text("method"),
                provider: block.text("provider"), base: block.text("base"), route: block.text("route"),
                query: block.text("query"), headers: headers(of: block), policy: policy,
                canonicalDigest: form.digest)
            #expect(GoldenVectors.hexadecimal(form.digest) == block.text("sha256"))
            #expect(GoldenVectors.hexadecimal(fields.encoded) == block.text("encoded"))
            #expect(CacheKey(fields).description == block.text("key"))
        }
    }

    @Test("a change of the fields changes the schema's version")
    func version() throws {
        let text = try #require(GoldenVectors().blocks.last { $0.heading == "[key]" }).text("encoded")
        let version = GoldenVectors.hexadecimal(Array(String(CacheKey.Fields.schemaVersion).utf8))
        #expect(text.dropFirst(2 * (8 + 21 + 8)).hasPrefix(version))
    }

    private func headers(of block: GoldenVectors.Block) -> [CacheKey.Fields.Header] {
        block.lines.filter { $0.name == "header" }.map { line in
            let parts = String(decoding: line.value, as: UTF8.self).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return .init(String(parts[0]), parts.count > 1 ? String(parts[1]) : nil)
        }
    }
}
