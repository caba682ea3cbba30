internal import PennyweightJSON

/// How many tokens the models of the gpt-image-1 family generate for one image.
///
/// The figures are those of OpenAI's guide "Image generation" (section "Cost and latency"). Models that draw
/// any size are not in it: their images have no bound that is known beforehand.
enum ImageTokens {
    /// The most tokens that the images of a generation request can have; nil if that is not known.
    static func bound(of root: JSONNode) -> Int64? {
        guard let model = root["model"]?.string, model.hasPrefix("gpt-image-1") else { return nil }
        let count = root["n"].map { $0.isNull ? 1 : $0.integer } ?? 1
        guard let count, (1...10).contains(count) else { return nil }
        // Each partial image of a stream has up to 100 tokens of its own.
        let partials = root["partial_images"].map { $0.isNull ? 0 : $0.integer } ?? 0
        guard let partials, (0...3).contains(partials) else { return nil }
        let tokens = perImage(quality: root["quality"]?.string, size: root["size"]?.string)
        return count * (tokens + 100 * partials)
    }

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
