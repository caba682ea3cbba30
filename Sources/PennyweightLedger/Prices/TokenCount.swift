/// So many tokens of one class, and of one medium if the class is told apart by it.
struct TokenCount: Sendable, Hashable {
    let unit: Unit
    /// `audio` or `image` for cached tokens of these; nil for all others.
    var variant: String?
    var count: Int64

    init(_ unit: Unit, variant: String? = nil, _ count: Int64) {
        self.unit = unit
        self.variant = variant
        self.count = count
    }

    /// Counts above zero, without the variants for which the table has no price of their own.
    static func merged(_ counts: [TokenCount], as rates: Rates) -> [TokenCount] {
        var merged: [TokenCount] = []
        for var count in counts where count.count > 0 {
            if let variant = count.variant, !rates.lists(count.unit, variant: variant) { count.variant = nil }
            let known = merged.firstIndex { $0.unit == count.unit && $0.variant == count.variant }
            if let known {
                merged[known].count += count.count
            } else {
                merged.append(count)
            }
        }
        return merged
    }
}

extension TokenUsage {
    /// The ways in which the report can be read, each a partition of all tokens; nil if there is none.
    ///
    /// A report counts cached tokens, and tokens of audio and images, and doesn't say how many are both:
    /// OpenAI's `audio_tokens` include cached ones. (Those that say it have one way.) Given are the extreme
    /// ways. What a price charges is linear between them, so that the cheapest and the dearest are among
    /// them.
    var readings: [[TokenCount]]? {
        guard let input, let output, input >= 0 else { return nil }
        if cachedAudioInput != nil || cachedImageInput != nil { return exactReading.map { [$0] } }
        let (cached, audio, image) = (cachedInput ?? 0, audioInput ?? 0, imageInput ?? 0)
        guard cached > 0, audio > 0 || image > 0 else {
            return partition().map { classes in
                [Unit.allCases.compactMap { unit in classes[unit].map { TokenCount(unit, $0) } }]
            }
        }
        guard audio >= 0, image >= 0 else { return nil }
        // What isn't an input class is checked, and taken, as it is.
        var rest = self
        rest.input = 0
        (rest.cachedInput, rest.audioInput, rest.imageInput) = (nil, nil, nil)
        (rest.cacheWrite, rest.cacheWriteHour) = (nil, nil)
        let writes = [
            TokenCount(.cacheWriteToken, cacheWrite ?? 0),
            TokenCount(.cacheWriteHourToken, cacheWriteHour ?? 0),
        ]
        guard let generated = rest.partition(), writes.allSatisfy({ $0.count >= 0 }) else { return nil }
        let outputs = Unit.allCases.compactMap { unit in
            unit == .inputToken ? nil : generated[unit].map { TokenCount(unit, $0) }
        }
        let text =
            Int128(input) - Int128(cached) - Int128(audio) - Int128(image)
            - writes.reduce(0) { $0 + Int128($1.count) }
        let overlaps = TokenUsage.overlaps(text: text, cached: cached, audio: audio, image: image)
        guard !overlaps.isEmpty, output >= 0 else { return nil }
        return overlaps.map { overlap in
            let plain = Int64(text + Int128(overlap.audio) + Int128(overlap.image))
            return [
                TokenCount(.inputToken, plain),
                TokenCount(.cachedInputToken, cached - overlap.audio - overlap.image),
                TokenCount(.cachedInputToken, variant: "audio", overlap.audio),
                TokenCount(.cachedInputToken, variant: "image", overlap.image),
            ] + writes + [
                TokenCount(.audioInputToken, audio - overlap.audio),
                TokenCount(.imageInputToken, image - overlap.image),
            ] + outputs
        }
    }

    /// The one way to read a report that says how many cached tokens are audio and images; nil if it doesn't
    /// add up.
    private var exactReading: [TokenCount]? {
        guard let classes = partition() else { return nil }
        let (audio, image) = (cachedAudioInput ?? 0, cachedImageInput ?? 0)
        return Unit.allCases.flatMap { unit -> [TokenCount] in
            guard let count = classes[unit] else { return [] }
            guard unit == .cachedInputToken else { return [TokenCount(unit, count)] }
            return [
                TokenCount(unit, count - audio - image), TokenCount(unit, variant: "audio", audio),
                TokenCount(unit, variant: "image", image),
            ]
        }
    }

    /// How many cached tokens can be audio and how many images: the corners of what is possible.
    ///
    /// Together they are at most all cached ones, and enough that the text, which is `text` if none is both,
    /// isn't negative.
    private static func overlaps(
        text: Int128, cached: Int64, audio: Int64, image: Int64
    ) -> [(audio: Int64, image: Int64)] {
        guard let least = Int64(exactly: max(0, -text)) else { return [] }
        let most = cached
        var corners: [(audio: Int64, image: Int64)] = [(0, 0), (audio, 0), (0, image), (audio, image)]
        for sum in [least, most] {
            corners += [(0, sum), (sum, 0), (audio, sum - audio), (sum - image, image)]
        }
        return corners.filter { corner in
            guard (0...audio).contains(corner.audio), (0...image).contains(corner.image) else { return false }
            let sum = Int128(corner.audio) + Int128(corner.image)
            return sum >= Int128(least) && sum <= Int128(most)
        }
    }
}
