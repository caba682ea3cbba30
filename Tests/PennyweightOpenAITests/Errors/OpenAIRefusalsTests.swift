import PennyweightOpenAI
import Testing

@Suite("OpenAIRefusals")
struct OpenAIRefusalsTests {
    @Test(
        "only a quota that is used up is final",
        arguments: [
            (
                #"{"error":{"message":"m","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#,
                true
            ),
            (#"{"error":{"message":"m","type":"insufficient_quota","param":null,"code":null}}"#, true),
            (
                #"{"error":{"message":"m","type":"requests","param":null,"code":"rate_limit_exceeded"}}"#,
                false
            ),
            (#"{"error":"insufficient_quota"}"#, false), ("<html>", false), ("", false),
        ])
    func isFinal(_ body: String, _ expected: Bool) {
        #expect(OpenAIRefusals().isFinal(Array(body.utf8)) == expected)
    }
}
