/// The name under which the price book lists an image: `high/1024x1024`.
enum ImageVariant {
    /// Nil if quality or size is not known, because the model chooses it.
    static func name(quality: String?, size: String?) -> String? {
        guard let quality, let size, quality != "auto", size != "auto" else { return nil }
        return "\(quality)/\(size)"
    }

    /// What a request asks for. DALL·E has defaults that its reference states; other models choose.
    static func name(of fields: RequestFields) -> String? {
        let hasDefaults = fields.text("model")?.hasPrefix("dall-e") == true
        return name(
            quality: fields.text("quality") ?? (hasDefaults ? "standard" : nil),
            size: fields.text("size") ?? (hasDefaults ? "1024x1024" : nil))
    }
}
