import PennyweightJSON
import PennyweightLedger
import PennyweightTime
import Testing

@testable import PennyweightCLI

@Suite("LiteLLM's price table")
struct LiteLLMTableTests {
    private func read(_ entries: String..., providers: Set<String> = []) throws -> ImportedPrices {
        let text = "{" + entries.joined(separator: ",\n") + "}"
        return try LiteLLMTable(day: PriceSample.day, providers: providers).read(Array(text.utf8))
    }

    private func entry(_ key: String, _ fields: String, provider: String = "openai", mode: String = "chat")
        -> String
    {
        #""\#(key)":{"litellm_provider":"\#(provider)","mode":"\#(mode)",\#(fields)}"#
    }

    private let talk = #""input_cost_per_token":1.5e-07,"output_cost_per_token":6E-7"#

    private func price(_ imported: ImportedPrices, _ id: String? = nil) throws -> Price {
        try #require(imported.models.first { id == nil || $0.id == id }?.prices.first)
    }

    @Test("figures are taken from their text, to the pico-dollar")
    func exact() throws {
        let imported = try read(entry("m", talk + #","max_input_tokens":128000,"max_output_tokens":16384"#))
        let model = try #require(imported.models.first)
        #expect(model.id == "m" && model.provider == "openai" && model.mode == "chat")
        #expect(model.inputLimit == 128_000 && model.outputLimit == 16_384)
        let price = try price(imported)
        #expect(price.rates.amount(of: .inputToken)?.picos == 150_000)
        #expect(price.rates.amount(of: .outputToken)?.picos == 600_000)
        #expect(price.effectiveFrom == PriceSample.day)
        #expect(imported.notes.isEmpty && imported.inexact.isEmpty)
    }

    @Test("every class of token, long prompts and service tiers have their places")
    func tokens() throws {
        let price = try price(
            try read(
                entry(
                    "m",
                    talk + #","cache_read_input_token_cost":1e-8,"cache_creation_input_token_cost":2e-8,"#
                        + #""cache_creation_input_token_cost_above_1hr":3e-8,"input_cost_per_audio_token":4e-8,"#
                        + #""cache_creation_input_token_cost_above_1hr_above_200k_tokens":9e-8,"#
                        + #""output_cost_per_reasoning_token":5e-8,"cache_read_input_audio_token_cost":6e-8,"#
                        + #""input_cost_per_token_above_200k_tokens":3e-7,"output_cost_per_token_above_200k_tokens":9e-7,"#
                        + #""input_cost_per_token_batches":7e-8,"output_cost_per_token_priority":8e-8,"#
                        + #""input_cost_per_token_above_200k_tokens_batches":1e-7"#)))
        let rates = price.rates
        #expect(rates.amount(of: .cachedInputToken)?.picos == 10_000)
        #expect(rates.amounts[.init(.cachedInputToken, variant: "audio")]?.picos == 60_000)
        #expect(rates.amount(of: .cacheWriteToken)?.picos == 20_000)
        #expect(rates.amount(of: .cacheWriteHourToken)?.picos == 30_000)
        #expect(rates.amount(of: .audioInputToken)?.picos == 40_000)
        #expect(rates.amount(of: .reasoningToken)?.picos == 50_000)
        let long = try #require(price.contextTiers.first)
        #expect(long.aboveInputTokens == 200_000)
        #expect(long.rates.amount(of: .inputToken)?.picos == 300_000)
        #expect(long.rates.amount(of: .cacheWriteHourToken)?.picos == 90_000)
        #expect(long.serviceTiers["batch"]?.amount(of: .inputToken)?.picos == 100_000)
        #expect(price.serviceTiers["batch"]?.amount(of: .inputToken)?.picos == 70_000)
        #expect(price.serviceTiers["priority"]?.amount(of: .outputToken)?.picos == 80_000)
    }

    @Test("a figure that isn't exact names its model and field, and the rest of the model is still read")
    func inexact() throws {
        let imported = try read(entry("m", talk + #","cache_read_input_token_cost":3.3333333e-8"#))
        #expect(
            imported.inexact.map(\.description) == [
                "openai/m, \"cache_read_input_token_cost\": it is no whole number of pico-dollars a unit"
            ])
        #expect(try price(imported).rates.amounts.count == 2)
    }

    @Test(
        "a price that isn't understood is reported, never silently dropped",
        arguments: [
            "citation_cost_per_token", "input_cost_per_video_token", "cost_per_second",
            "input_dbu_cost_per_token",
            "some_new_pricing", "input_cost_per_token_balanced", "regional_endpoint_uplift_multiplier",
            "input_cost_per_character", "code_interpreter_cost_per_session",
            "output_cost_per_token_above_200k_words",
        ])
    func unknown(field: String) throws {
        let imported = try read(entry("m", talk + #","\#(field)":0.001"#))
        #expect(imported.notes.map(\.field) == [field])
        #expect(imported.notes.first?.model == "openai/m")
        #expect(try price(imported).rates.amounts.count == 2)
    }

    @Test("zero is what the table doesn't know, but for moderation; null is nothing")
    func zero() throws {
        let imported = try read(
            entry("m", talk + #","cache_read_input_token_cost":0.0,"input_cost_per_second":null"#),
            entry("mod", #""input_cost_per_token":0.0,"output_cost_per_token":0.0"#, mode: "moderation"))
        #expect(imported.notes.map(\.field) == ["cache_read_input_token_cost"])
        #expect(imported.notes.first?.reason.contains("zero") == true)
        #expect(try price(imported, "mod").rates.amount(of: .inputToken) == .zero)
    }

    @Test(
        "a model that can't be priced is left out with a reason",
        arguments: [
            (
                #""ft:m":{"litellm_provider":"openai","mode":"chat","input_cost_per_token":1e-6}"#,
                "fine-tuned"
            ),
            (
                #""m":{"litellm_provider":"openai","mode":"chat","input_cost_per_token":1e-6}"#,
                "prompt and answer"
            ),
            (#""m":{"litellm_provider":"openai","mode":"rerank","input_cost_per_query":1e-6}"#, "'rerank'"),
            (
                #""m-search-preview":{"litellm_provider":"openai","mode":"chat","input_cost_per_token":1e-6}"#,
                "fee of a search"
            ),
            (
                #""m":{"litellm_provider":"openai","mode":"image_generation","output_cost_per_pixel":1e-9}"#,
                "unit"
            ),
            (
                #""m":{"litellm_provider":"x","mode":"chat","tiered_pricing":[],"input_cost_per_token":1e-6}"#,
                "tiers"
            ),
            (
                #""m":{"litellm_provider":"fal_ai","mode":"image_generation","output_cost_per_image":1,"metadata":{"notes":"Minimum of 2"}}"#,
                "listed again"
            ),
            (
                #""a/m":{"litellm_provider":"fal_ai","mode":"image_generation","output_cost_per_image":1,"metadata":{"notes":"Minimum of 2"}}"#,
                "'minimum'"
            ),
            (#""bedrock/*/1-month-commitment/m":{"litellm_provider":"bedrock","mode":"chat"}"#, "contract"),
            (
                #""azure/eu/m":{"litellm_provider":"azure","mode":"chat","input_cost_per_token":1e-6,"output_cost_per_token":1e-6}"#,
                "'eu' alone"
            ),
        ])
    func leftOut(entry: String, reason: String) throws {
        let imported = try read(entry)
        #expect(imported.models.isEmpty)
        #expect(imported.notes.count == 1)
        #expect(imported.notes.first?.field == nil)
        #expect(imported.notes.first?.reason.contains(reason) == true, "\(imported.notes)")
    }

    @Test("images by the piece, by size, and by their tokens")
    func images() throws {
        let imported = try read(
            entry("flat", #""output_cost_per_image":0.04"#, mode: "image_generation"),
            entry(
                "sized",
                #""output_cost_per_image":0.04,"output_cost_per_image_2K":0.08,"output_cost_per_image_4K":0.04"#,
                provider: "gemini", mode: "image_generation"),
            entry("gpt-i", #""output_cost_per_image":0.04"#, mode: "image_generation"),
            entry("low/1024-x-1024/gpt-i", #""input_cost_per_image":0.011"#, mode: "image_generation"),
            entry("high/1024-x-1536/gpt-i", #""output_cost_per_image":0.04"#, mode: "image_generation"),
            entry(
                "tok", #""input_cost_per_token":1e-6,"output_cost_per_image_token":4e-5"#,
                mode: "image_generation"))
        #expect(try price(imported, "flat").rates.amount(of: .image)?.text == "0.04")
        let sized = try price(imported, "sized").rates
        #expect(sized.amounts.count == 2 && sized.amounts[.init(.image)] == nil)
        let variants = try price(imported, "gpt-i").rates
        #expect(variants.amounts[.init(.image, variant: "low/1024x1024")]?.text == "0.011")
        #expect(variants.amounts[.init(.image, variant: "high/1024x1536")]?.text == "0.04")
        #expect(variants.amounts[.init(.image)] == nil)
        let token = try price(imported, "tok")
        #expect(token.included == [.image])
        #expect(token.rates.amount(of: .imageOutputToken)?.picos == 40_000_000)
    }

    @Test("seconds of video by resolution; one model that the table lists twice")
    func video() throws {
        let imported = try read(
            entry(
                "v", #""output_cost_per_second":0.1,"output_cost_per_second_1080p":0.2"#,
                mode: "video_generation"),
            entry("per", #""output_cost_per_video_per_second":0.3"#, mode: "video_generation"),
            entry("sora-2-pro", #""output_cost_per_video_per_second":0.3"#, mode: "video_generation"),
            entry("sora-2-pro-high-res", #""output_cost_per_video_per_second":0.5"#, mode: "video_generation")
        )
        let rates = try price(imported, "v").rates
        #expect(rates.amount(of: .videoSecond, variant: "1080p")?.text == "0.2")
        #expect(rates.amount(of: .videoSecond, variant: "480p")?.text == "0.1")
        #expect(try price(imported, "per").rates.amount(of: .videoSecond)?.text == "0.3")
        let pro = try price(imported, "sora-2-pro").rates
        #expect(pro.amount(of: .videoSecond, variant: "720p")?.text == "0.3")
        #expect(pro.amount(of: .videoSecond, variant: "1024p")?.text == "0.5")
        #expect(pro.amount(of: .videoSecond, variant: "1080p") == nil)
        #expect(imported.models.map(\.id).contains("sora-2-pro-high-res") == false)
    }

    @Test("a price of a second that somebody rounded is left out; one of a minute or an hour is taken")
    func seconds() throws {
        let imported = try read(
            entry("whisper", #""input_cost_per_second":0.0001"#, mode: "audio_transcription"),
            entry("hour", #""input_cost_per_second":0.0000725"#, mode: "audio_transcription"),
            entry(
                "tts", #""input_cost_per_character":0.000015,"input_cost_per_second":0.00005833"#,
                mode: "audio_speech"))
        #expect(try price(imported, "whisper").rates.amount(of: .audioSecond)?.text == "0.0001")
        #expect(try price(imported, "hour").rates.amount(of: .audioSecond)?.text == "0.0000725")
        #expect(try price(imported, "tts").rates.amount(of: .character)?.text == "0.000015")
        #expect(imported.notes.map(\.field) == ["input_cost_per_second"])
    }

    @Test("searches with one fee, with three, and with a free allowance")
    func searches() throws {
        let sizes = { (low: String, high: String) in
            #""search_context_cost_per_query":{"search_context_size_low":\#(low),"search_context_size_medium":\#(low),"#
                + #""search_context_size_high":\#(high)}"#
        }
        let imported = try read(
            entry("one", talk + "," + sizes("0.01", "0.01")),
            entry("three", talk + "," + sizes("0.01", "0.02")),
            entry("free", talk + #","search_free_requests":{},"# + sizes("0.01", "0.01")))
        #expect(try price(imported, "one").rates.amount(of: .search)?.text == "0.01")
        #expect(try price(imported, "three").rates.amount(of: .search, variant: "high")?.text == "0.02")
        #expect(try price(imported, "free").rates.amount(of: .search) == nil)
        #expect(imported.notes.map(\.field) == ["search_context_cost_per_query"])
    }

    @Test("cheaper hours are taken with their windows")
    func offPeak() throws {
        let hours =
            #","off_peak_pricing":{"input_cost_per_token":1e-7,"output_cost_per_token":3e-7,"windows":["#
            + #"{"hours_utc":["00:00-01:00","10:00-00:00"],"weekdays":[1,2]},{"hours_utc":"00:00-00:00","weekdays":[7]}]}"#
        let offPeak = try #require(try price(try read(entry("m", talk + hours))).offPeak)
        #expect(
            offPeak.windows == [
                .init(weekdays: [1, 2], minutes: 0..<60), .init(weekdays: [1, 2], minutes: 600..<1_440),
                .init(weekdays: [7], minutes: 0..<1_440),
            ])
        #expect(offPeak.rates.amount(of: .inputToken)?.picos == 100_000)
    }

    @Test("regions: an uplift on tokens, and entries of their own")
    func regions() throws {
        let imported = try read(
            entry(
                "m",
                talk
                    + #","regional_processing_uplift_multiplier_eu":1.1,"input_cost_per_token_batches":1e-7,"#
                    + #""search_context_cost_per_query":{"a_low":0.01,"a_medium":0.01,"a_high":0.01}"#),
            entry("claude", talk + #","provider_specific_entry":{"us":1.1}"#, provider: "anthropic"),
            entry("azure/gpt", talk, provider: "azure"),
            entry(
                "azure/eu/gpt", #""input_cost_per_token":2e-7,"output_cost_per_token":7e-7"#,
                provider: "azure"),
            entry("nova", talk, provider: "bedrock"),
            entry(
                "bedrock/us-gov-west-1/nova", #""input_cost_per_token":3e-7,"output_cost_per_token":7e-7"#,
                provider: "bedrock"))
        let european = try #require(try price(imported, "m").regions["eu"])
        #expect(european.rates.amount(of: .inputToken)?.picos == 165_000)
        #expect(european.rates.amount(of: .search)?.text == "0.01")
        #expect(european.serviceTiers["batch"]?.amount(of: .inputToken)?.picos == 110_000)
        #expect(try price(imported, "claude").regions["us"]?.rates.amount(of: .outputToken)?.picos == 660_000)
        #expect(try price(imported, "gpt").regions["eu"]?.rates.amount(of: .inputToken)?.picos == 200_000)
        #expect(
            try price(imported, "nova").regions["us-gov-west-1"]?.rates.amount(of: .inputToken)?.picos
                == 300_000)
        #expect(imported.notes.isEmpty, "\(imported.notes)")
    }

    @Test("an uplift that isn't exact is reported, and its region left out")
    func inexactUplift() throws {
        let imported = try read(
            entry(
                "m",
                #""input_cost_per_token":1e-12,"output_cost_per_token":1e-6,"regional_processing_uplift_multiplier_eu":1.1"#
            ))
        #expect(try price(imported).regions.isEmpty)
        #expect(imported.notes.map(\.field) == ["regional_processing_uplift_multiplier_eu"])
    }

    @Test("providers have our names, and keys lose theirs")
    func names() throws {
        let imported = try read(
            entry(
                "fal_ai/fal-ai/flux", #""output_cost_per_image":0.1"#, provider: "fal_ai",
                mode: "image_generation"),
            entry("vertex_ai/claude", talk, provider: "vertex_ai-anthropic_models"),
            entry("groq/llama", talk, provider: "groq"), entry("bare", talk, provider: "newcomer"),
            entry("x", talk), entry("openai/x", talk),
            #""sample_spec":{"litellm_provider":"one of …","mode":"chat"}"#,
            #""rules":{"rules":[]}"#)
        #expect(
            imported.models.map { "\($0.provider) \($0.id)" } == [
                "fal fal-ai/flux", "groq llama", "newcomer bare", "openai x", "vertex claude",
            ])
    }

    @Test("only the providers that are wanted are read")
    func providers() throws {
        let imported = try read(
            entry("a", talk), entry("groq/b", talk, provider: "groq"), providers: ["groq"])
        #expect(imported.models.map(\.id) == ["b"])
    }

    @Test("what is no JSON says so")
    func notJSON() {
        #expect(throws: JSONError.self) {
            try LiteLLMTable(day: PriceSample.day, providers: []).read(Array("{".utf8))
        }
    }
}
