/// How many tokens the models of the gpt-image-1 family generate for one image.
///
/// The figures are those of OpenAI's guide "Image generation" (section "Cost and latency"). Models that draw
/// any size are not in it: their images have no bound that is known beforehand.
enum ImageTokens {
    /// The most tokens that `count` images can have together; nil if that is not known.
    static func bound(of fields: RequestFields, count: Int64) -> Int64? {
        guard isKnown(fields.text("model")) else { return nil }
        // Each partial image of a stream has up to 100 tokens of its own.
        guard let partials = fields.integer("partial_images", else: 0), (0...3).contains(partials) else {
            return nil
        }
        let tokens = perImage(quality: fields.text("quality"), size: fields.text("size"))
        return count * (tokens + 100 * partials)
    }

    /// The most tokens that `count` images that are sent along can have; nil if that is not known.
    ///
    /// The guide "Images and vision" counts 65 for an image and 129 for each of its tiles, at most a few, and
    /// up to 6,240 more at high fidelity. Some 32 tokens that no guide mentions are billed, too: the figure
    /// leaves room for them.
    static func inputBound(of model: String?, count: Int64) -> Int64? {
        if count == 0 { return 0 }
        guard isKnown(model), (0...100).contains(count) else { return nil }
        return count * 8_192
    }

    private static func isKnown(_ model: String?) -> Bool { model?.hasPrefix("gpt-image-1") == true }

    private static func perImage(quality: String?, size: String?) -> Int64 {
        let sizes = [size].compactMap { $0 }.filter { table[$0] != nil }
        let qualities = [quality].compactMap { $0 }.filter { ["low", "medium", "high"].contains($0) }
        // What the model chooses by itself can be the dearest.
        return (sizes.isEmpty ? Array(table.keys) : sizes).flatMap { size in
            (qualities.isEmpty ? ["low", "medium", "high"] : qualities).compactMap { table[size]?[$0] }
        }.max() ?? 0
    }

    private static let table: [String: [String: Int64]] = [
        "1024x1024": ["low": 272, "medium": 1_056, "high": 4_160],
        "1024x1536": ["low": 408, "medium": 1_584, "high": 6_240],
        "1536x1024": ["low": 400, "medium": 1_568, "high": 6_208],
    ]
}
