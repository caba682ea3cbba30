import PennyweightLedger
import PennyweightMiddleware
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightOpenAI

@Suite("UsageConvention")
struct UsageConventionTests {
    private func tokens(_ convention: UsageConvention, _ members: String, native: Bool = false) -> TokenUsage?
    {
        let name = native && convention == .gemini ? "usageMetadata" : "usage"
        return Reading(convention: convention).plain(#"{"\#(name)":{\#(members)}}"#).usage?.tokens
    }

    private func classes(_ convention: UsageConvention, _ members: String, native: Bool = false) -> [Unit:
        Int64]?
    {
        tokens(convention, members, native: native)?.partition()
    }

    @Test("a provider's name selects its convention, and an unknown one is compatible")
    func names() {
        for convention in UsageConvention.allCases {
            #expect(UsageConvention(provider: convention.rawValue) == convention)
        }
        #expect(UsageConvention(provider: "Azure") == .openAI)
        #expect(UsageConvention(provider: "vertex") == .gemini)
        #expect(UsageConvention(provider: "vllm") == .compatible)
    }

    @Test("the stages read by the convention of their provider's name, unless told otherwise")
    func stages() throws {
        let base = try BaseURL("https://api.example/v1")
        let named = StandardStages.Provider(name: "anthropic", baseURL: base, key: nil)
        #expect(named.usageConvention == .anthropic)
        let told = StandardStages.Provider(name: "mine", baseURL: base, key: nil, usageConvention: .deepSeek)
        #expect(told.usageConvention == .deepSeek)
    }

    @Test("OpenAI's cached, audio, reasoning and rejected tokens are parts, and never added")
    func openAI() {
        let usage = tokens(
            .openAI,
            #"""
            "prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100,\#
            "prompt_tokens_details":{"cached_tokens":600,"cache_write_tokens":100},\#
            "completion_tokens_details":{"reasoning_tokens":30,"accepted_prediction_tokens":10,\#
            "rejected_prediction_tokens":25}
            """#)
        #expect(
            usage?.partition() == [
                .inputToken: 300, .cachedInputToken: 600, .cacheWriteToken: 100, .outputToken: 70,
                .reasoningToken: 30,
            ])
        #expect(usage?.rejectedPrediction == 25 && usage?.acceptedPrediction == 10)
    }

    @Test("OpenAI counts reasoning in its output: what its total has beyond is of an unknown kind")
    func strict() {
        let members =
            #""prompt_tokens":5,"completion_tokens":10,"total_tokens":115,"completion_tokens_details":{"reasoning_tokens":100}"#
        #expect(classes(.openAI, members) == nil)
        #expect(classes(.compatible, members) == [.inputToken: 5, .outputToken: 10, .reasoningToken: 100])
        #expect(classes(.openRouter, members) == classes(.compatible, members))
    }

    @Test("cached audio comes off the audio once, and off the text never")
    func cachedAudio() {
        let members = #"""
            "input_tokens":100,"output_tokens":10,"input_token_details":{"text_tokens":60,"audio_tokens":40,\#
            "cached_tokens":50,"cached_tokens_details":{"text_tokens":20,"audio_tokens":30}}
            """#
        let usage = tokens(.openAI, members)
        #expect(
            usage?.partition() == [
                .inputToken: 40, .cachedInputToken: 50, .audioInputToken: 10, .outputToken: 10,
            ])
        #expect(usage?.cachedAudioInput == 30)
        // Without the split nobody can say what was cached.
        let unsplit = members.replacing(
            #","cached_tokens_details":{"text_tokens":20,"audio_tokens":30}"#, with: "")
        #expect(classes(.openAI, unsplit) == nil)
        #expect(classes(.openAI, members.replacing(#""text_tokens":20"#, with: #""text_tokens":21"#)) == nil)
        #expect(
            classes(.openAI, members.replacing(#""audio_tokens":40"#, with: #""audio_tokens":29"#)) == nil)
    }

    @Test("a breakdown with tokens of an unknown kind is not priced")
    func modalities() {
        let members =
            #""prompt_tokens":100,"completion_tokens":1,"prompt_tokens_details":{"text_tokens":70,"audio_tokens":20}"#
        #expect(classes(.openAI, members) == nil)
        #expect(classes(.openAI, members.replacing("70", with: "80")) != nil)
    }

    @Test("Anthropic's input is beside its cache, whose writes are told apart by their lifetime")
    func anthropic() {
        let usage = tokens(
            .anthropic,
            #"""
            "input_tokens":21,"cache_read_input_tokens":1000,"cache_creation_input_tokens":188,\#
            "cache_creation":{"ephemeral_5m_input_tokens":88,"ephemeral_1h_input_tokens":100},\#
            "output_tokens":50,"output_tokens_details":{"thinking_tokens":20},"service_tier":"standard"
            """#)
        #expect(usage?.input == 1_209)
        #expect(
            usage?.partition() == [
                .inputToken: 21, .cachedInputToken: 1_000, .cacheWriteToken: 88, .cacheWriteHourToken: 100,
                .outputToken: 30, .reasoningToken: 20,
            ])
        let noSplit =
            #""input_tokens":21,"cache_creation_input_tokens":9,"cache_creation":null,"output_tokens":5"#
        #expect(classes(.anthropic, noSplit) == [.inputToken: 21, .cacheWriteToken: 9, .outputToken: 5])
        let wrong =
            #""input_tokens":1,"cache_creation_input_tokens":9,"cache_creation":{"ephemeral_5m_input_tokens":8},"output_tokens":5"#
        #expect(classes(.anthropic, wrong) == nil)
        let compatible = #""prompt_tokens":30,"completion_tokens":5,"total_tokens":35"#
        #expect(classes(.anthropic, compatible) == [.inputToken: 30, .outputToken: 5])
    }

    @Test("Anthropic's numbers under another convention are not guessed at")
    func mixed() {
        let members = #""prompt_tokens":30,"completion_tokens":5,"cache_read_input_tokens":100"#
        #expect(classes(.openAI, members) == nil)
        #expect(
            classes(.compatible, #""input_tokens":3,"output_tokens":5,"cache_creation_input_tokens":9"#)
                == nil)
        let agreeing =
            #""prompt_tokens":130,"completion_tokens":5,"cache_read_input_tokens":100,"prompt_tokens_details":{"cached_tokens":100}"#
        #expect(classes(.compatible, agreeing)?[.inputToken] == 30)
        #expect(classes(.compatible, members.replacing("100", with: "0")) != nil)
    }

    @Test("a proxy's split of cache writes by lifetime is kept")
    func proxySplit() {
        let members = #"""
            "prompt_tokens":100,"completion_tokens":5,"prompt_tokens_details":{"cache_creation_tokens":30,\#
            "cache_creation_token_details":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":20}}
            """#
        let parts = classes(.compatible, members)
        #expect(parts?[.cacheWriteToken] == 10 && parts?[.cacheWriteHourToken] == 20)
    }

    @Test("Gemini's prompt includes its cache; thoughts and what tools read stand beside")
    func gemini() {
        let usage = tokens(
            .gemini,
            #"""
            "promptTokenCount":1000,"cachedContentTokenCount":600,"toolUsePromptTokenCount":50,\#
            "candidatesTokenCount":40,"thoughtsTokenCount":60,"totalTokenCount":1150,\#
            "promptTokensDetails":[{"modality":"TEXT","tokenCount":700},{"modality":"AUDIO","tokenCount":300}],\#
            "cacheTokensDetails":[{"modality":"TEXT","tokenCount":500},{"modality":"AUDIO","tokenCount":100}],\#
            "candidatesTokensDetails":[{"modality":"TEXT","tokenCount":40}]
            """#, native: true)
        #expect(usage?.input == 1_050 && usage?.output == 100)
        #expect(
            usage?.partition() == [
                .inputToken: 250, .cachedInputToken: 600, .audioInputToken: 200, .outputToken: 40,
                .reasoningToken: 60,
            ])
    }

    @Test("Gemini leaves out what is zero; what is missing beyond that is not guessed")
    func geminiZeros() {
        #expect(
            classes(.gemini, #""promptTokenCount":9,"totalTokenCount":9"#, native: true)
                == [.inputToken: 9, .outputToken: 0])
        #expect(classes(.gemini, #""promptTokenCount":9"#, native: true) == nil)
        #expect(classes(.gemini, #""promptTokenCount":9,"totalTokenCount":12"#, native: true) == nil)
        let unsplit = #"""
            "promptTokenCount":10,"cachedContentTokenCount":5,"candidatesTokenCount":1,"totalTokenCount":11,\#
            "promptTokensDetails":[{"modality":"IMAGE","tokenCount":10}]
            """#
        #expect(classes(.gemini, unsplit, native: true) == nil)
        let short =
            #""promptTokenCount":10,"candidatesTokenCount":1,"promptTokensDetails":[{"modality":"TEXT","tokenCount":9}]"#
        #expect(classes(.gemini, short, native: true) == nil)
    }

    @Test("Gemini's images are image tokens, and its thoughts the rest of the total under OpenAI's names")
    func geminiOutput() {
        let images = #"""
            "promptTokenCount":10,"candidatesTokenCount":1300,"totalTokenCount":1310,\#
            "candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":1290},{"modality":"TEXT","tokenCount":10}]
            """#
        #expect(classes(.gemini, images, native: true)?[.imageOutputToken] == 1_290)
        let compatible = #""prompt_tokens":10,"completion_tokens":5,"total_tokens":40"#
        #expect(classes(.gemini, compatible) == [.inputToken: 10, .outputToken: 5, .reasoningToken: 25])
        let contradiction = compatible + #","completion_tokens_details":{"reasoning_tokens":24}"#
        #expect(classes(.gemini, contradiction) == nil)
    }

    @Test("DeepSeek's hits and misses are the prompt")
    func deepSeek() {
        let members =
            #""prompt_tokens":100,"completion_tokens":9,"total_tokens":109,"prompt_cache_hit_tokens":64,"prompt_cache_miss_tokens":36"#
        #expect(classes(.deepSeek, members) == [.inputToken: 36, .cachedInputToken: 64, .outputToken: 9])
        #expect(classes(.deepSeek, members.replacing(":36", with: ":35")) == nil)
        #expect(classes(.deepSeek, members + #","prompt_tokens_details":{"cached_tokens":63}"#) == nil)
    }

    @Test("xAI's reasoning is beside its output, whether or not there is a total to say so")
    func xAI() {
        let members =
            #""prompt_tokens":10,"completion_tokens":5,"completion_tokens_details":{"reasoning_tokens":100}"#
        let expected: [Unit: Int64] = [.inputToken: 10, .outputToken: 5, .reasoningToken: 100]
        #expect(classes(.xAI, members) == expected)
        #expect(classes(.xAI, members + #","total_tokens":115"#) == expected)
        #expect(classes(.xAI, members + #","total_tokens":50"#) == nil)
    }

    @Test("a cost that a provider reports is kept as evidence and never believed")
    func reportedCost() throws {
        let scene = try MeterScene(
            [("m", #""input_token":"1","output_token":"1""#, "")], convention: .openRouter)
        let usage = #"{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"cost":0}"#
        let summary = Reading(convention: .openRouter).plain(#"{"model":"m","usage":\#(usage)}"#)
        #expect(summary.usage?.raw == usage.bytes)
        #expect(summary.usage?.tokens == TokenUsage(input: 10, output: 5))
        #expect(scene.ledger.settlements.isEmpty)
    }

    @Test(
        "classes add up to the totals, or there are none: any report, any convention",
        arguments: UInt64(1)...20)
    func sums(seed: UInt64) throws {
        let random = SeededRandom(seed: seed)
        var found = 0
        for _ in 0..<60 {
            let report = RandomReport(random)
            for convention in UsageConvention.allCases {
                for json in [report.openAI, report.anthropic, report.gemini] {
                    let usage = Reading(convention: convention).plain(json).usage
                    guard let tokens = usage?.tokens, let classes = tokens.partition() else { continue }
                    found += 1
                    let sum = classes.values.reduce(0, +)
                    #expect(sum == (tokens.input ?? 0) + (tokens.output ?? 0), "seed \(seed): \(json)")
                    #expect(classes.values.allSatisfy { $0 >= 0 }, "seed \(seed): \(json)")
                }
            }
        }
        #expect(found > 100, "seed \(seed)")
    }

    @Test(
        "the same tokens, told by each provider in its own way, are the same classes",
        arguments: UInt64(1)...20)
    func sameTokens(seed: UInt64) throws {
        let random = SeededRandom(seed: seed)
        for _ in 0..<100 {
            let report = RandomReport(random, isWhole: true)
            let openAI = Reading(convention: .openAI).plain(report.openAI).usage?.tokens
            let anthropic = Reading(convention: .anthropic).plain(report.anthropic).usage?.tokens
            let gemini = Reading(convention: .gemini).plain(report.gemini).usage?.tokens
            let expected = report.classes
            #expect(openAI?.partition() == expected, "seed \(seed): \(report.openAI)")
            #expect(anthropic?.partition() == expected, "seed \(seed): \(report.anthropic)")
            #expect(gemini?.partition() == expected, "seed \(seed): \(report.gemini)")
        }
    }
}
