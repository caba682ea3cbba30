import HTTPTypes
import PennyweightLedger
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightTesting
import Testing

@Suite("What each paid route costs, from the request to the line", .timeLimit(.minutes(5)))
struct PaidRouteTests {
    private func scene() throws -> MeterScene {
        try MeterScene([
            ("m", #""input_token":"1","output_token":"2""#, ""),
            ("tts-1", #""character":"0.000015""#, ""),
            ("tts-token", #""input_token":"1","audio_output_token":"12""#, #","included":["character"]"#),
            ("whisper-1", #""audio_second":"0.0001""#, ""), ("sora-2", #""video_second":"0.1""#, ""),
            ("sora-2-pro", #""video_second:720p":"0.3","video_second:1024p":"0.5""#, ""),
            (
                "dall-e-3",
                #""image:standard/1024x1024":"0.04","image:hd/1024x1024":"0.08","image:hd/1024x1792":"0.12""#,
                ""
            ),
            (
                "gpt-image-1", #""input_token":"5","image_input_token":"10","image_output_token":"40""#,
                #","included":["image"]"#
            ),
        ])
    }

    private func isEstimated(_ cost: Cost?, upTo upper: Money) -> Bool {
        if case .estimated(.zero, upper, _)? = cost { true } else { false }
    }

    private func isUnknown(_ cost: Cost?) -> Bool {
        if case .unknown? = cost { true } else { false }
    }

    @Test("speech costs its characters, exactly, though its audio reports nothing")
    func speech() async throws {
        let scene = try scene()
        let body = #"{"model":"tts-1","input":"Grüß Gott"}"#
        let line = try await scene.send("/audio/speech", body, [.text("RIFF")], answerType: "audio/wav")
        #expect(line?.cost == .exact(Money(picos: 9 * 15_000_000)))
        #expect(line?.items.map(\.unit) == [.character])
        #expect(line?.cost.exactAmount == scene.bound)
        let tokens = body.replacing("tts-1", with: "tts-token")
        let other = try await scene.send("/audio/speech", tokens, [.text("RIFF")], answerType: "audio/wav")
        #expect(other?.cost.exactAmount == nil)
    }

    @Test("speech that breaks off was not served, and costs at most what it asked for")
    func brokenSpeech() async throws {
        let scene = try scene()
        let line = try await scene.send(
            "/audio/speech", #"{"model":"tts-1","input":"abc"}"#, [.text("RI"), .fail(BrokenOff())],
            answerType: "audio/wav")
        #expect(line?.outcome == .abandoned)
        #expect(isEstimated(line?.cost, upTo: Money(picos: 3 * 15_000_000)))
    }

    private struct BrokenOff: Error {}

    @Test("a transcription costs the seconds that it reports, and has no bound before")
    func transcription() async throws {
        let scene = try scene()
        let form = Forms.form(Forms.field("model", "whisper-1"), Forms.file("file", "RIFF"))
        let answer = #"{"text":"a","usage":{"type":"duration","seconds":9.0}}"#
        let line = try await scene.send("/audio/transcriptions", form, type: Forms.type, [.text(answer)])
        #expect(line?.cost == .exact(Money(picos: 9 * 100_000_000)))
        #expect(scene.bound == nil)
        for answer in [#"{"text":"a"}"#, #"{"text":"a","usage":{"type":"duration","seconds":9.5}}"#] {
            let line = try await scene.send("/audio/transcriptions", form, type: Forms.type, [.text(answer)])
            #expect(isUnknown(line?.cost), "\(answer)")
            #expect(line?.outcome == .served)
        }
        let subtitles = try await scene.send(
            "/audio/transcriptions", form, type: Forms.type, [.text("1\n00:00")], answerType: "text/plain")
        #expect(subtitles?.outcome == .served)
        #expect(isUnknown(subtitles?.cost))
    }

    @Test("an image costs by what was delivered: size, quality and number")
    func images() async throws {
        let scene = try scene()
        let body = #"{"model":"dall-e-3","prompt":"x","quality":"hd","size":"1024x1792","n":2}"#
        let one = try await scene.send("/images/generations", body, [.text(#"{"data":[{"url":"u"}]}"#)])
        #expect(one?.cost == .exact(Money(usd: "0.12")!))
        #expect(scene.bound == Money(usd: "0.24"))
        let smaller = #"{"data":[{"url":"u"},{"url":"v"}],"quality":"standard","size":"1024x1024"}"#
        let two = try await scene.send("/images/generations", body, [.text(smaller)])
        #expect(two?.cost == .exact(Money(usd: "0.08")!))
        let odd = #"{"data":[{"url":"u"}],"quality":"hd","size":"2048x2048"}"#
        #expect(isUnknown(try await scene.send("/images/generations", body, [.text(odd)])?.cost))
    }

    @Test("a model that draws with tokens is charged by them at the image rate, and not by the image again")
    func imageTokens() async throws {
        let scene = try scene()
        let form = Forms.form(
            Forms.field("model", "gpt-image-1"), Forms.field("prompt", "x"), Forms.field("quality", "low"),
            Forms.field("size", "1024x1024"), Forms.file("image[]", "PNG"))
        let answer = #"""
            {"data":[{"b64_json":"AA"}],"quality":"low","size":"1024x1024","usage":{"input_tokens":333,\#
            "output_tokens":272,"total_tokens":605,"input_tokens_details":{"text_tokens":10,"image_tokens":323}}}
            """#
        let line = try await scene.send("/images/edits", form, type: Forms.type, [.text(answer)])
        let amounts: [Int64] = [10 * 5, 323 * 10, 272 * 40]
        #expect(line?.cost.exactAmount == Money.micros(amounts.reduce(0, +)))
        #expect(line?.items.map(\.unit) == [.inputToken, .imageInputToken, .imageOutputToken])
        #expect(try #require(line?.cost.upperBound) <= #require(scene.bound))
        let unread = try await scene.send("/images/edits", form, type: Forms.type, [.text(#"{"data":[{}]}"#)])
        #expect(isEstimated(unread?.cost, upTo: try #require(scene.bound)))
    }

    @Test("a video costs its seconds at the size that it has, once it is done; until then at most that")
    func videos() async throws {
        let scene = try scene()
        let job = { (status: String, size: String, seconds: String) in
            #"{"object":"video","model":"sora-2-pro","status":"\#(status)","size":"\#(size)","seconds":"\#(seconds)"}"#
        }
        let body = #"{"model":"sora-2-pro","prompt":"x","seconds":"8","size":"1024x1792"}"#
        let queued = try await scene.send("/videos", body, [.text(job("queued", "1024x1792", "8"))])
        #expect(isEstimated(queued?.cost, upTo: Money(usd: "4")!))
        #expect(queued?.outcome == .served)
        #expect(scene.bound == Money(usd: "4"))
        let smaller = try await scene.send("/videos", body, [.text(job("completed", "1280x720", "8"))])
        #expect(smaller?.cost == .exact(Money(usd: "2.4")!))
        let failed = try await scene.send("/videos", body, [.text(job("failed", "1024x1792", "8"))])
        #expect(failed?.cost == .nothing)
        let unlisted = try await scene.send("/videos", body, [.text(job("completed", "1920x1080", "8"))])
        #expect(isUnknown(unlisted?.cost))
    }

    @Test("a price that is not linear in pixels or by a flat rate is taken from the book as it stands")
    func flatVideo() async throws {
        let scene = try scene()
        let job = #"{"object":"video","model":"sora-2","status":"completed","size":"720x1280","seconds":12}"#
        let line = try await scene.send("/videos", #"{"prompt":"x","seconds":"12"}"#, [.text(job)])
        #expect(line?.cost == .exact(Money(usd: "1.2")!))
        #expect(scene.bound == Money(usd: "1.2"))
    }

    @Test("a moderation costs exactly nothing, priced or not")
    func moderation() async throws {
        let scene = try scene()
        for model in ["m", "never-priced"] {
            let body = #"{"model":"\#(model)","input":"x"}"#
            let line = try await scene.send("/moderations", body, [.text(#"{"id":"x","results":[]}"#)])
            #expect(line?.cost == .nothing)
            #expect(line?.outcome == .served)
            #expect(scene.bound == .zero)
        }
    }

    @Test("embeddings and legacy completions cost their tokens, within their bound")
    func text() async throws {
        let scene = try scene()
        let embedded = try await scene.send(
            "/embeddings", #"{"model":"m","input":["a","b"]}"#,
            [.text(#"{"model":"m","data":[],"usage":{"prompt_tokens":2,"total_tokens":2}}"#)])
        #expect(embedded?.cost == .exact(.micros(2)))
        let completed = try await scene.send(
            "/completions", #"{"model":"m","prompt":["a","b"],"max_tokens":5,"best_of":2}"#,
            [
                .text(
                    #"{"model":"m","choices":[{"text":"x"}],"usage":{"prompt_tokens":2,"completion_tokens":20,"total_tokens":22}}"#
                )
            ]
        )
        #expect(completed?.cost == .exact(.micros(42)))
        #expect(try #require(scene.bound) >= .micros(42))
    }

    @Test("what is paid for by the second, the image or the character has no bound of zero on another route")
    func noBoundOfZero() async throws {
        let scene = try scene()
        for model in ["tts-1", "whisper-1", "sora-2", "dall-e-3"] {
            let chat = #"{"model":"\#(model)","messages":[{"role":"user","content":"x"}],"max_tokens":5}"#
            _ = try await scene.send("/chat/completions", chat, [.text("{}")])
            #expect(scene.bound == nil)
            _ = try await scene.send("/never/heard/of", #"{"model":"\#(model)"}"#, [.text("{}")])
            #expect(scene.bound == nil)
        }
    }

    @Test("rejected predictions stay within the hold, though they are beyond the limit of the request")
    func prediction() async throws {
        let scene = try scene()
        let content = String(repeating: "let x = 1; ", count: 20)
        let body = #"""
            {"model":"m","messages":[{"role":"user","content":"hi"}],"max_completion_tokens":5,\#
            "prediction":{"type":"content","content":"\#(content)"}}
            """#
        let answer = #"""
            {"model":"m","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":65,"total_tokens":74,\#
            "completion_tokens_details":{"accepted_prediction_tokens":0,"rejected_prediction_tokens":60}}}
            """#
        let line = try await scene.send("/chat/completions", body, [.text(answer)])
        #expect(line?.cost == .exact(.micros(9 + 2 * 65)))
        #expect(try #require(line?.cost.upperBound) <= #require(scene.bound))
    }
}
