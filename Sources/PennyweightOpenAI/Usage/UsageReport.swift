internal import PennyweightJSON
internal import PennyweightLedger

/// Reads a usage object: one reader for plain answers and streams, for chat's names (`prompt_tokens`) and
/// those of images, embeddings and responses (`input_tokens`).
///
/// Zero is zero and absent is absent. Details are parts of their totals, as OpenAI counts.
enum UsageReport {
    /// The usage in an answer or an event of the stream; nil if it has none.
    static func usage(in root: JSONNode, route: String) -> Usage? {
        let answer = root["response"].flatMap { $0.kind == .object ? $0 : nil } ?? root
        guard let report = answer["usage"], report.kind == .object else { return nil }
        var tokens = tokens(in: report)
        if route.hasPrefix("/images/"), tokens?.imageOutput == nil, report["output_tokens_details"] == nil {
            // Answers of image models have no breakdown in their first form: all that they generate is image.
            let generated = tokens?.output
            tokens?.imageOutput = generated
        }
        return Usage(
            tokens: tokens, meters: meters(in: report), serviceTier: answer["service_tier"]?.string,
            raw: Array(report.source))
    }

    private static func tokens(in report: JSONNode) -> TokenUsage? {
        let input = count(report["prompt_tokens"]) ?? count(report["input_tokens"])
        var output = count(report["completion_tokens"]) ?? count(report["output_tokens"])
        if report["completion_tokens"] == nil, report["output_tokens"] == nil, let input,
            let total = count(report["total_tokens"]), total >= input
        {
            // Embeddings report no output, but their total says how much it was.
            output = total - input
        }
        guard input != nil || output != nil else { return nil }
        var tokens = TokenUsage(input: input, output: output)
        addDetails(of: report, to: &tokens)
        checkTotal(of: report, against: &tokens)
        return tokens
    }

    private static func addDetails(of report: JSONNode, to tokens: inout TokenUsage) {
        let inputDetails = report["prompt_tokens_details"] ?? report["input_tokens_details"]
        tokens.cachedInput = count(inputDetails?["cached_tokens"])
        tokens.cacheWrite = count(inputDetails?["cache_write_tokens"])
        tokens.audioInput = count(inputDetails?["audio_tokens"])
        tokens.imageInput = count(inputDetails?["image_tokens"])
        let outputDetails = report["completion_tokens_details"] ?? report["output_tokens_details"]
        tokens.reasoning = count(outputDetails?["reasoning_tokens"])
        tokens.audioOutput = count(outputDetails?["audio_tokens"])
        tokens.imageOutput = count(outputDetails?["image_tokens"])
        let names = [
            "cached_tokens", "cache_write_tokens", "audio_tokens", "image_tokens", "reasoning_tokens",
        ]
        let isReadable = names.flatMap { [inputDetails?[$0], outputDetails?[$0]] }.allSatisfy { node in
            node.map { $0.isNull || $0.integer != nil } ?? true
        }
        // A part that can't be read is not a part of zero: without a total nothing is priced exactly.
        if !isReadable { tokens.output = nil }
    }

    /// Holds the parts against `total_tokens`, if there is one. Some providers count reasoning beside the
    /// output and not in it: then it is added. Any other difference is tokens of an unknown kind, and the
    /// output is not known.
    private static func checkTotal(of report: JSONNode, against tokens: inout TokenUsage) {
        guard let total = count(report["total_tokens"]), let input = tokens.input, let output = tokens.output
        else { return }
        let missing = Int128(total) - Int128(input) - Int128(output)
        if missing == 0 { return }
        let isReasoning = missing > 0 && missing == Int128(tokens.reasoning ?? 0)
        tokens.output = isReasoning ? Int64(exactly: Int128(output) + missing) : nil
    }

    /// Transcriptions that are charged by time report seconds in place of tokens.
    private static func meters(in report: JSONNode) -> [Usage.Meter] {
        guard report["type"]?.string == "duration", let seconds = count(report["seconds"]) else { return [] }
        return [Usage.Meter(.audioSecond, count: seconds)]
    }

    private static func count(_ node: JSONNode?) -> Int64? { node?.integer }
}
