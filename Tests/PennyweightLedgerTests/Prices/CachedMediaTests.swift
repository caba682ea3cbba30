import PennyweightLedger
import PennyweightTesting
import PennyweightTime
import Testing

/// A cached audio token is a cached token and an audio token in one report: it may be charged once.
@Suite("Cached audio and images")
struct CachedMediaTests {
    /// Text 100, cached 10, audio 300, images 200 picos a token.
    private let price = PriceFixture.price([
        .init(.inputToken): 100, .init(.cachedInputToken): 10, .init(.audioInputToken): 300,
        .init(.imageInputToken): 200, .init(.cacheWriteToken): 125, .init(.outputToken): 500,
    ])

    private func usage(
        _ input: Int64, cached: Int64, audio: Int64? = nil, image: Int64? = nil, write: Int64? = nil,
        output: Int64 = 0
    ) -> Usage {
        var tokens = TokenUsage(input: input, output: output)
        tokens.cachedInput = cached
        tokens.audioInput = audio
        tokens.imageInput = image
        tokens.cacheWrite = write
        return Usage(tokens: tokens)
    }

    private func span(_ usage: Usage, _ price: Price? = nil) -> [Int64]? {
        switch (price ?? self.price).charge(for: usage).cost {
        case .exact(let amount): [amount.picos]
        case .estimated(let lower, let upper, _): [lower.picos, upper.picos]
        case .unknown: nil
        }
    }

    @Test("one cached rate: a cached token is taken off the text or off the audio, never off both")
    func oneRate() {
        // 60 text at 100 and 40 audio at 300, 30 of them cached at 10: none of the audio is, or 30 of it.
        let cheapest: Int64 = 9_300
        let dearest: Int64 = 15_300
        #expect(span(usage(100, cached: 30, audio: 40)) == [cheapest, dearest])
    }

    @Test("what adds up only if the cached tokens are audio is exactly that")
    func forced() {
        // All is audio, so the cached ones are, too.
        #expect(span(usage(50, cached: 40, audio: 50)) == [3_400])
        // 30 audio, 20 text, 40 cached: at least 20 of the audio, at most 30.
        #expect(span(usage(50, cached: 40, audio: 30)) == [1_400, 3_400])
        // All is cached.
        #expect(span(usage(50, cached: 50, audio: 20)) == [500])
    }

    @Test("rates that are the same for all make it exact, however the tokens are mixed")
    func sameRate() {
        let flat = PriceFixture.price([
            .init(.inputToken): 100, .init(.cachedInputToken): 10, .init(.audioInputToken): 100,
            .init(.outputToken): 1,
        ])
        #expect(span(usage(100, cached: 30, audio: 40), flat) == [7_300])
    }

    @Test("images and audio together span from the cheapest to the dearest way")
    func both() {
        let cost = span(usage(100, cached: 30, audio: 20, image: 40))
        // Dearest: text alone is cached. Cheapest: all audio and ten images are.
        #expect(
            cost == [10_300, 15_300])
    }

    @Test("a cached rate of audio counts where the cached tokens may be audio")
    func ownRate() {
        let own = PriceFixture.price([
            .init(.inputToken): 100, .init(.cachedInputToken): 10,
            .init(.cachedInputToken, variant: "audio"): 40,
            .init(.audioInputToken): 300, .init(.outputToken): 500,
        ])
        #expect(
            span(usage(100, cached: 10, audio: 10), own) == [
                9_400, 11_100,
            ])
        let forced = own.charge(for: usage(50, cached: 40, audio: 50))
        #expect(forced.cost == .exact(Money(picos: 10 * 300 + 40 * 40)))
        #expect(forced.items.map(\.variant) == ["audio", nil])
        #expect(forced.items.map(\.unit) == [.cachedInputToken, .audioInputToken])
    }

    @Test("without cached tokens, or without other media, nothing is open")
    func ordinary() {
        #expect(span(usage(100, cached: 0, audio: 40)) == [18_000])
        #expect(span(usage(100, cached: 30, audio: 0)) == [7_300])
        #expect(span(usage(100, cached: 30)) == [7_300])
    }

    @Test("tokens written to the cache are text, and come off it")
    func writes() {
        #expect(
            span(usage(100, cached: 30, audio: 40, write: 30)) == [
                10_050, 16_050,
            ])
    }

    @Test(
        "counts that can't add up are unknown",
        arguments: [
            (10, 11, 0, 0), (10, 5, 11, 0), (10, 5, 6, 5), (10, 5, -1, 3), (10, -5, 3, 3), (10, 11, 10, 0),
        ] as [(Int64, Int64, Int64, Int64)])
    func impossible(input: Int64, cached: Int64, audio: Int64, image: Int64) {
        #expect(span(usage(input, cached: cached, audio: audio, image: image)) == nil)
        #expect(span(usage(.max, cached: .max, audio: .max, image: .max)) == nil)
    }

    @Test("a class without a rate that may be there makes it unknown")
    func missing() {
        let text = PriceFixture.price([
            .init(.inputToken): 1, .init(.cachedInputToken): 1, .init(.outputToken): 1,
        ])
        guard case .unknown(let reason) = text.charge(for: usage(100, cached: 10, audio: 20)).cost else {
            Issue.record("it has a cost")
            return
        }
        #expect(reason.contains("audio_input_token"))
    }

    @Test("whatever the true mix is, its cost lies in the span, and the span in the bound")
    func property() throws {
        let random = SeededRandom(seed: 0xCAC4E)
        for _ in 0..<3_000 {
            let count = { (most: UInt64) in Int64(random.next(below: most)) }
            let (text, cachedText) = (count(50), count(50))
            let (audio, cachedAudio) = (count(50), count(50))
            let (image, cachedImage) = (count(20), count(20))
            let output = count(10)
            let input = text + cachedText + audio + cachedAudio + image + cachedImage
            let truth =
                text * 100 + (cachedText + cachedAudio + cachedImage) * 10 + audio * 300 + image * 200
                + output * 500
            let report = usage(
                input, cached: cachedText + cachedAudio + cachedImage, audio: audio + cachedAudio,
                image: image + cachedImage, output: output)
            let cost = try #require(span(report), "seed \(random.seed)")
            #expect(cost.first ?? 0 <= truth && truth <= cost.last ?? 0, "seed \(random.seed)")
            let bound = price.upperBound(inputTokens: input, outputTokens: output, meters: [])?.picos
            #expect(cost.last ?? 0 <= bound ?? 0, "seed \(random.seed)")
        }
    }
}
