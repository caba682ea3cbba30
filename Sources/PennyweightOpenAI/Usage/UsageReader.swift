internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightMiddleware

/// Reads the usage out of an answer or an event of a stream: one reader for both, so that they can't differ.
struct UsageReader: Sendable {
    let convention: UsageConvention
    let quote: Quote
    private let route: PaidRoute

    init(convention: UsageConvention, quote: Quote) {
        self.convention = convention
        self.quote = quote
        route = PaidRoute(quote.route)
    }

    /// The part of an event that is the answer: a response's or a message's events wrap it.
    func answer(in root: JSONNode) -> JSONNode {
        root.object("response") ?? (root["type"]?.string == "message_start" ? root.object("message") : nil)
            ?? root
    }

    /// The usage object; nil if there is none, or one with nothing in it.
    func report(in root: JSONNode) -> JSONNode? {
        let answer = answer(in: root)
        let found =
            answer.object("usage") ?? root.object("usage", "usageMetadata")
            ?? root.object("x_groq")?.object("usage")
        return found.flatMap { $0.members.isEmpty ? nil : $0 }
    }

    /// The usage of a whole answer, or of the event that ends one; nil if it says nothing of it.
    ///
    /// A stream may hand in the report that its events have come to.
    func usage(in root: JSONNode, report: JSONNode?) -> Usage? {
        let answer = answer(in: root)
        let media = media(in: answer)
        let fees = fees(in: answer, report: report)
        guard report != nil || !media.isEmpty || fees.contains(where: { $0.count != 0 }) else { return nil }
        let tier = answer["service_tier"]?.string ?? report?["service_tier"]?.string
        return Usage(
            tokens: report.flatMap(tokens(in:)), meters: media + fees, serviceTier: tier,
            raw: report.map { Array($0.source) })
    }

    private func tokens(in report: JSONNode) -> TokenUsage? {
        if convention == .anthropic, report["prompt_tokens"] == nil {
            return AnthropicReport.tokens(in: report)
        }
        if convention == .gemini, report["promptTokenCount"] != nil {
            return GeminiReport.tokens(in: report)
        }
        return OpenAIReport.tokens(in: report, convention: convention, isImage: route == .image)
    }

    private func fees(in answer: JSONNode, report: JSONNode?) -> [Usage.Meter] {
        if let report, report["type"]?.string == "duration" { return seconds(report["seconds"]) }
        if route == .response, let calls = ToolFees.inOutput(of: answer) { return calls }
        let model = answer["modelVersion"]?.string ?? answer["model"]?.string ?? quote.model
        return report.flatMap(ToolFees.inReport) ?? ToolFees.inGrounding(of: answer, model: model) ?? []
    }

    /// Transcriptions that are charged by time report whole seconds in place of tokens.
    private func seconds(_ node: JSONNode?) -> [Usage.Meter] {
        guard let node, node.kind == .number else { return [] }
        var digits = String(decoding: node.source, as: UTF8.self)
        if let point = digits.firstIndex(of: "."), digits[point...].dropFirst().allSatisfy({ $0 == "0" }) {
            digits = String(digits[..<point])
        }
        guard let count = Int64(digits), count >= 0 else { return [] }
        return [Usage.Meter(.audioSecond, count: count)]
    }

    /// Images and seconds of video that were delivered, or that the job says it will make.
    private func media(in answer: JSONNode) -> [Usage.Meter] {
        switch route {
        case .image:
            let type = answer["type"]?.string ?? ""
            let isEvent = type.hasSuffix(".completed")
            guard isEvent || answer["data"]?.kind == .array else { return [] }
            let count = isEvent ? 1 : answer["data"]?.elements.count ?? 0
            let variant =
                ImageVariant.name(quality: answer["quality"]?.string, size: answer["size"]?.string)
                ?? quote.meters.first { $0.unit == .image }?.variant
            return [Usage.Meter(.image, variant: variant, count: Int64(count))]
        default: return answer["object"]?.string == "video" ? VideoAnswer.meters(in: answer) : []
        }
    }
}
