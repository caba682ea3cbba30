internal import PennyweightJSON
internal import PennyweightLedger

/// Reads a usage object of Anthropic's Messages API, whose `input_tokens` are what was neither read from nor
/// written to the cache.
///
/// In a stream, `message_start` reports the prompt and `message_delta` the output so far: members of a later
/// report replace those of an earlier one.
enum AnthropicReport {
    /// The tokens; nil if the report has none.
    static func tokens(in report: JSONNode) -> TokenUsage? {
        var counts = CountReader()
        let fresh = counts.count(report["input_tokens"])
        let output = counts.count(report["output_tokens"])
        guard fresh != nil || output != nil else { return nil }
        let read = counts.count(report["cache_read_input_tokens"])
        let created = counts.count(report["cache_creation_input_tokens"])
        let split = report.object("cache_creation")
        let short = counts.count(split?["ephemeral_5m_input_tokens"])
        let long = counts.count(split?["ephemeral_1h_input_tokens"])
        let isSplit = short != nil || long != nil
        let parts = CountReader.sum(short ?? 0, long ?? 0)
        let written = isSplit ? parts : created ?? 0
        var tokens = TokenUsage(
            input: CountReader.sum(fresh, read ?? 0, written),
            output: output)
        tokens.cachedInput = read
        tokens.cacheWrite = isSplit ? short : created
        tokens.cacheWriteHour = long
        tokens.reasoning = counts.count(report.object("output_tokens_details")?["thinking_tokens"])
        let isConsistent = !isSplit || created == nil || created == parts
        if !counts.isReadable || !isConsistent { tokens.output = nil }
        return tokens
    }
}
