internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightMiddleware

/// The bounds of requests that are paid for by images, seconds or characters, or by tokens of media.
extension Quote {
    mutating func addImages(_ fields: RequestFields) {
        guard let count = fields.integer("n", else: 1), (1...10).contains(count) else { return }
        isBounded = true
        choices = count
        meters = [Usage.Meter(.image, variant: ImageVariant.name(of: fields), count: count)]
        outputTokens = ImageTokens.bound(of: fields, count: count)
        let sent = Quote.imagesSent(fields).flatMap {
            ImageTokens.inputBound(of: fields.text("model"), count: $0)
        }
        inputTokens = sent.map { $0 + fields.textByteCount }
    }

    /// The route `/videos`: seconds × size, which OpenAI's models have defaults for.
    mutating func addVideo(_ fields: RequestFields, _ convention: UsageConvention) {
        // The reference states the default.
        if convention == .openAI, !fields.has("model") { model = "sora-2" }
        let hasDefaults = model.hasPrefix("sora-2")
        let seconds = fields.integer("seconds", else: hasDefaults ? 4 : nil, acceptsText: true)
        guard let seconds, seconds > 0 else { return }
        isBounded = true
        let size = fields.text("size") ?? fields.text("resolution") ?? (hasDefaults ? "720x1280" : nil)
        meters = [
            Usage.Meter(.videoSecond, variant: size.flatMap(VideoVariant.name(of:)), count: seconds)
        ]
        // A size that is given and can't be read may be dearer than any that is listed.
        if size.map({ VideoVariant.name(of: $0) == nil }) ?? false { isBounded = false }
    }

    /// The route `/videos/extensions`: the seconds are in the request, the size is the original's.
    mutating func addVideoExtension(_ fields: RequestFields) {
        guard let seconds = fields.integer("seconds", else: nil, acceptsText: true), seconds > 0 else {
            return
        }
        isBounded = fields.has("model")
        meters = [Usage.Meter(.videoSecond, count: seconds)]
    }

    /// The route `/audio/speech`: each character of `input` is charged, or else tokens, whose number is not
    /// known.
    mutating func addSpeech(_ fields: RequestFields) {
        guard let text = fields.root?["input"]?.text?.utf8 else { return }
        isBounded = true
        inputTokens = fields.textByteCount
        let characters = text.count { $0 & 0xC0 != 0x80 }
        meters = [Usage.Meter(.character, count: Int64(characters))]
    }

    /// How many images a request brings with it, a mask included; nil if that can't be read.
    private static func imagesSent(_ fields: RequestFields) -> Int64? {
        switch fields {
        case .form(let form): Int64(form.files.count)
        case .json(let root):
            Int64((root["images"] ?? root["image"])?.elements.count ?? 0)
                + (root["image"]?.kind == .string || root["image"]?.kind == .object ? 1 : 0)
                + (fields.has("mask") ? 1 : 0)
        }
    }
}
