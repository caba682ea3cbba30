internal import PennyweightJSON
internal import PennyweightLedger

/// Reads a `usageMetadata` object of Gemini's API: the prompt includes what was cached, what tools put into
/// it stands beside it, and thoughts stand beside the candidates.
///
/// Numbers that are zero are left out there, so that what is missing follows from the total, if there is one.
enum GeminiReport {
    /// The tokens; nil if the report has none.
    static func tokens(in report: JSONNode) -> TokenUsage? {
        var counts = CountReader()
        let total = counts.count(report["totalTokenCount"])
        guard let prompt = counts.count(report["promptTokenCount"]) else { return nil }
        let tools = counts.count(report["toolUsePromptTokenCount"]) ?? 0
        let candidates = counts.count(report["candidatesTokenCount"])
        let thoughts = counts.count(report["thoughtsTokenCount"])
        var tokens = TokenUsage(input: CountReader.sum(prompt, tools))
        let reported = candidates == nil && total == nil ? nil : candidates ?? 0
        tokens.output = CountReader.sum(reported, thoughts ?? 0)
        tokens.cachedInput = counts.count(report["cachedContentTokenCount"])
        tokens.reasoning = thoughts

        let input = modalities("promptTokensDetails", report, of: prompt, &counts)
        let toolInput = modalities("toolUsePromptTokensDetails", report, of: tools, &counts)
        let cached = modalities("cacheTokensDetails", report, of: tokens.cachedInput ?? 0, &counts)
        let output = modalities("candidatesTokensDetails", report, of: candidates ?? 0, &counts)
        tokens.cachedAudioInput = cached.counts["AUDIO"]
        tokens.cachedImageInput = cached.counts["IMAGE"]
        let audio = sum(input.counts["AUDIO"], toolInput.counts["AUDIO"], less: tokens.cachedAudioInput)
        let image = sum(input.counts["IMAGE"], toolInput.counts["IMAGE"], less: tokens.cachedImageInput)
        tokens.audioInput = audio
        tokens.imageInput = image
        tokens.audioOutput = output.counts["AUDIO"]
        tokens.imageOutput = output.counts["IMAGE"]

        let isWhole = total == nil || CountReader.sum(tokens.input, tokens.output) == total
        let addsUp = [input, toolInput, cached, output].allSatisfy(\.addsUp)
        // Which of the cached tokens are media has to be reported, if there are both.
        let hasMedia = (audio ?? 0) > 0 || (image ?? 0) > 0
        let isSplit = (tokens.cachedInput ?? 0) == 0 || !hasMedia || !cached.counts.isEmpty
        if !counts.isReadable || !isWhole || !addsUp || !isSplit { tokens.output = nil }
        return tokens
    }

    private typealias Modalities = (counts: [String: Int64], addsUp: Bool)

    private static func modalities(
        _ name: String, _ report: JSONNode, of total: Int64, _ reader: inout CountReader
    ) -> Modalities {
        guard let list = report[name], !list.isNull, !list.elements.isEmpty else { return ([:], true) }
        var counts: [String: Int64] = [:]
        var sum: Int64? = 0
        for element in list.elements {
            let count = reader.count(element["tokenCount"]) ?? 0
            let modality = element["modality"]?.string ?? ""
            sum = CountReader.sum(sum, count)
            counts[modality] = CountReader.sum(counts[modality] ?? 0, count)
        }
        return (counts, sum == total)
    }

    /// The sum of what is reported; a negative one makes the report impossible to price.
    private static func sum(_ first: Int64?, _ second: Int64?, less cached: Int64?) -> Int64? {
        if first == nil, second == nil { return nil }
        return CountReader.sum(first ?? 0, second ?? 0, -(cached ?? 0))
    }
}
