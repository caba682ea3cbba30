/// What a row of a costs export stands for, by the text in its `line_item`.
///
/// A model's items read `gpt-4o-2024-08-06, input`, `… , cached input`, `… , output`, with a service tier in
/// front (`priority | gpt-5.6, output, long context`) or a modality after the model
/// (`gpt-audio-mini-2025-12-15 audio, input`). Everything else is a service of its own:
/// `web search tool calls`, `assistants api | file search`.
enum CostLineItem {
    private static let tiers: Set<String> = ["priority", "flex", "batch", "scale", "default", "standard"]
    private static let modalities: Set<String> = ["text", "audio", "image"]

    /// The model, or the name of the service.
    static func name(_ item: String) -> String {
        var rest = item[...]
        if let bar = item.firstRange(of: " | "), tiers.contains(item[..<bar.lowerBound].lowercased()) {
            rest = item[bar.upperBound...]
        }
        guard let comma = rest.firstIndex(of: ",") else {
            return item.lowercased().hasPrefix("web search") ? "web search" : item
        }
        let words = rest[..<comma].split(separator: " ")
        if words.count == 2, modalities.contains(words[1].lowercased()) { return String(words[0]) }
        return words.count == 1 ? String(words[0]) : String(rest[..<comma])
    }
}
