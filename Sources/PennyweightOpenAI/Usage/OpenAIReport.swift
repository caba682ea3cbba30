internal import PennyweightJSON
internal import PennyweightLedger

/// Reads a usage object with OpenAI's names: chat's (`prompt_tokens`) or those of images, embeddings and
/// responses (`input_tokens`). Details are parts of their totals.
struct OpenAIReport {
    private let report: JSONNode
    private let convention: UsageConvention
    private var counts = CountReader()
    private var tokens = TokenUsage()
    private var isConsistent = true

    /// The tokens; nil if the report has none.
    static func tokens(in report: JSONNode, convention: UsageConvention, isImage: Bool) -> TokenUsage? {
        var reading = OpenAIReport(report: report, convention: convention)
        return reading.read(isImage: isImage)
    }

    private init(report: JSONNode, convention: UsageConvention) {
        self.report = report
        self.convention = convention
    }

    private var inputDetails: JSONNode? {
        report.object("prompt_tokens_details", "input_tokens_details", "input_token_details")
    }

    private var outputDetails: JSONNode? {
        report.object("completion_tokens_details", "output_tokens_details", "output_token_details")
    }

    private mutating func read(isImage: Bool) -> TokenUsage? {
        tokens.input = counts.count("prompt_tokens", "input_tokens", in: report)
        tokens.output = counts.count("completion_tokens", "output_tokens", in: report)
        let total = counts.count(report["total_tokens"])
        if report["completion_tokens"] == nil, report["output_tokens"] == nil, let input = tokens.input,
            let total, total >= input
        {
            // Embeddings report no output, but their total says how much it was.
            tokens.output = total - input
        }
        guard tokens.input != nil || tokens.output != nil else { return nil }
        readCached()
        readCacheWrites()
        readMedia()
        readOutput(isImage: isImage)
        settleReasoning(total)
        checkModalities(isImage: isImage)
        // A part that can't be read is not a part of zero: without a total nothing is priced exactly.
        if !counts.isReadable || !isConsistent { tokens.output = nil }
        return tokens
    }

    private mutating func readCached() {
        tokens.cachedInput = counts.count("cached_tokens", in: inputDetails)
        if let hit = counts.count(report["prompt_cache_hit_tokens"]) {
            let miss = counts.count(report["prompt_cache_miss_tokens"])
            if let miss { require(CountReader.sum(hit, miss) == tokens.input) }
            require(tokens.cachedInput == nil || tokens.cachedInput == hit)
            tokens.cachedInput = hit
        }
        guard let read = counts.count(report["cache_read_input_tokens"]), read > 0 else { return }
        // Anthropic's name beside OpenAI's: whether the prompt includes it is known only if both agree.
        require(tokens.cachedInput == read)
    }

    private mutating func readCacheWrites() {
        let split =
            report.object("cache_creation") ?? inputDetails?.object("cache_creation")
            ?? inputDetails?.object("cache_creation_token_details")
        let written = counts.count("cache_write_tokens", "cache_creation_tokens", in: inputDetails)
        tokens.cacheWrite = written
        addCacheWrites(split: split, total: written)
        guard let created = counts.count(report["cache_creation_input_tokens"]), created > 0 else { return }
        require(written == created)
    }

    private mutating func addCacheWrites(split: JSONNode?, total: Int64?) {
        guard let split else { return }
        let short = counts.count(split["ephemeral_5m_input_tokens"])
        let long = counts.count(split["ephemeral_1h_input_tokens"])
        guard short != nil || long != nil else { return }
        require(total == nil || CountReader.sum(short ?? 0, long ?? 0) == total)
        tokens.cacheWrite = short
        tokens.cacheWriteHour = long
    }

    /// Audio and images of the prompt. They include what of them was cached, which is counted as cached and
    /// nothing else: a token is in one class.
    private mutating func readMedia() {
        let audio = counts.count(inputDetails?["audio_tokens"])
        let image = counts.count(inputDetails?["image_tokens"])
        let cached = inputDetails?.object("cached_tokens_details")
        tokens.cachedAudioInput = counts.count(cached?["audio_tokens"])
        tokens.cachedImageInput = counts.count(cached?["image_tokens"])
        let cachedText = counts.count(cached?["text_tokens"])
        tokens.audioInput = rest(audio, without: tokens.cachedAudioInput)
        tokens.imageInput = rest(image, without: tokens.cachedImageInput)
        guard let cachedText, let all = tokens.cachedInput else { return }
        let sum = CountReader.sum(cachedText, tokens.cachedAudioInput ?? 0, tokens.cachedImageInput ?? 0)
        require(sum == all)
    }

    private mutating func rest(_ whole: Int64?, without part: Int64?) -> Int64? {
        guard let part, part > 0 else { return whole }
        guard let whole, whole >= part else {
            isConsistent = false
            return whole
        }
        return whole - part
    }

    private mutating func readOutput(isImage: Bool) {
        tokens.reasoning = counts.count(outputDetails?["reasoning_tokens"])
        tokens.audioOutput = counts.count(outputDetails?["audio_tokens"])
        tokens.imageOutput = counts.count(outputDetails?["image_tokens"])
        tokens.acceptedPrediction = counts.count(outputDetails?["accepted_prediction_tokens"])
        tokens.rejectedPrediction = counts.count(outputDetails?["rejected_prediction_tokens"])
        if isImage, outputDetails == nil {
            // Image models have no breakdown in their first form: all that they generate is image.
            tokens.imageOutput = tokens.output
        }
    }

    /// Holds the parts against `total_tokens`, if there is one. What the convention doesn't explain is tokens
    /// of an unknown kind.
    private mutating func settleReasoning(_ total: Int64?) {
        guard let input = tokens.input, let output = tokens.output else { return }
        let reasoning = tokens.reasoning ?? 0
        guard let total else {
            if convention.reasoning == .besideOutput { tokens.output = CountReader.sum(output, reasoning) }
            return
        }
        let missing = Int128(total) - Int128(input) - Int128(output)
        if missing == 0 { return }
        switch convention.reasoning {
        case .inOutput: isConsistent = false
        case .besideOutput, .asTotalSays: require(missing == Int128(reasoning))
        case .restOfTotal:
            require(missing > 0 && (tokens.reasoning == nil || missing == Int128(reasoning)))
            tokens.reasoning = Int64(exactly: missing)
        }
        if isConsistent { tokens.output = Int64(exactly: Int128(output) + missing) }
    }

    /// Holds the parts against `text_tokens`, if text is counted, too.
    ///
    /// A breakdown that is whole without the cached tokens counts those within its parts: which of them are
    /// media has to be reported then.
    private mutating func checkModalities(isImage: Bool) {
        if let text = counts.count(inputDetails?["text_tokens"]), text > 0, let input = tokens.input {
            let media = CountReader.sum(
                tokens.audioInput ?? 0, tokens.imageInput ?? 0, tokens.cachedAudioInput ?? 0,
                tokens.cachedImageInput ?? 0)
            let cached = tokens.cachedInput ?? 0
            let written = CountReader.sum(tokens.cacheWrite ?? 0, tokens.cacheWriteHour ?? 0)
            let isWhole = CountReader.sum(text, media) == input
            require(
                isWhole || CountReader.sum(text, media, cached) == input
                    || CountReader.sum(text, media, cached, written) == input)
            let isSplit = tokens.cachedAudioInput != nil || tokens.cachedImageInput != nil
            if isWhole, cached > 0, media != 0, !isSplit { isConsistent = false }
        }
        guard isImage, let text = counts.count(outputDetails?["text_tokens"]), let output = tokens.output
        else { return }
        let parts = CountReader.sum(text, tokens.imageOutput ?? 0)
        require(parts == output || CountReader.sum(parts, tokens.reasoning ?? 0) == output)
    }

    private mutating func require(_ holds: Bool) {
        if !holds { isConsistent = false }
    }
}
