import HTTPTypes
import PennyweightJSON
import PennyweightMiddleware
import PennyweightPipeline
import Testing

@testable import PennyweightOpenAI

@Suite("ImageTokens")
struct ImageTokensTests {
    private func quote(_ json: String) -> Quote? {
        OpenAIMeter().quote(Request(.post, "/images/generations", body: Body(json)))
    }

    @Test(
        "size, quality and n bound what is drawn; what is left open counts as the dearest",
        arguments: [
            (#"{"model":"gpt-image-1","prompt":"x","size":"1024x1024","quality":"low"}"#, 272),
            (#"{"model":"gpt-image-1-mini","prompt":"x","size":"1024x1536","quality":"high","n":3}"#, 18_720),
            (#"{"model":"gpt-image-1","prompt":"x"}"#, 6_240),
            (#"{"model":"gpt-image-1","prompt":"x","size":"auto","quality":"medium"}"#, 1_584),
            (
                #"{"model":"gpt-image-1","prompt":"x","quality":"low","size":"1024x1024","partial_images":2}"#,
                472
            ),
        ])
    func bound(_ json: String, _ tokens: Int64) {
        #expect(quote(json)?.outputTokens == tokens)
        #expect(quote(json)?.inputTokens == Int64(json.utf8.count))
    }

    @Test("a model that draws any size, or a count that makes no sense, has no bound")
    func unbounded() {
        #expect(quote(#"{"model":"gpt-image-2","prompt":"x"}"#)?.outputTokens == nil)
        #expect(quote(#"{"model":"gpt-image-1","prompt":"x","n":11}"#)?.outputTokens == nil)
        #expect(quote(#"{"model":"gpt-image-1","prompt":"x","n":"2"}"#)?.outputTokens == nil)
    }
}
