private import PennyweightJSON
private import PennyweightLedger
internal import PennyweightMiddleware

/// Follows a stream of events and reads its usage: the last report stands, as reports are cumulative.
struct StreamUsageReading: UsageReading {
    private static let lastTypes: Set<String> = [
        "response.completed", "response.incomplete", "response.failed", "image_generation.completed",
        "image_edit.completed", "transcript.text.done", "speech.audio.done", "message_stop",
    ]

    private let reader: UsageReader
    private var parser: SSEParser
    private var seen = UsageSummary()
    private var reports = ReportMerge()
    private var serviceTier: String?
    private var content = GeneratedContent()
    private var completedImages: Int64 = 0
    private var isBroken = false

    /// Follows the choices of a stream that may end without `[DONE]`; nil for any other.
    private var ends: ChoiceEnds?

    /// With `acceptsFinished`, a stream of chunks that ends cleanly after all its choices have finished was
    /// not cut.
    init(reader: UsageReader, eventLimitBytes: Int, acceptsFinished: Bool = false) {
        self.reader = reader
        ends = acceptsFinished ? ChoiceEnds() : nil
        parser = SSEParser(limitBytes: eventLimitBytes)
    }

    mutating func consume(_ chunk: [UInt8]) {
        guard !isBroken else { return }
        do {
            for event in try parser.consume(chunk) { take(event) }
        } catch {
            // Too large an event to follow: what was seen before it stands, and the end will not be seen.
            isBroken = true
            parser = SSEParser()
        }
    }

    var hasGenerated: Bool { content.hasBegun }

    mutating func summary() -> UsageSummary {
        var summary = seen
        summary.generatedCharacters = content.characters
        if let ends, ends.areAll(of: reader.quote.choices.map(Int.init)), !isBroken, parser.isBetweenEvents {
            summary.endsWithBody = true
        }
        return summary
    }

    private mutating func take(_ event: SSEEvent) {
        if event.data == Array("[DONE]".utf8) {
            seen.isComplete = true
            return
        }
        guard let root = try? JSONDocument(event.data).root, root.kind == .object else { return }
        content.addEvent(root)
        ends?.take(root)
        let answer = reader.answer(in: root)
        let model = answer["model"]?.string ?? answer["modelVersion"]?.string
        if let model, !model.isEmpty { seen.executedModel = model }
        if let tier = answer["service_tier"]?.string, !tier.isEmpty { serviceTier = tier }
        if isCompletedImage(root) { completedImages += 1 }
        takeUsage(of: root)
        // The tier may stand in another chunk than the usage.
        if let serviceTier { seen.usage?.serviceTier = serviceTier }
        if isLast(root) { seen.isComplete = true }
    }

    private mutating func takeUsage(of root: JSONNode) {
        let report = reader.report(in: root)
        if let report { reports.take(report, inParts: reader.convention == .anthropic) }
        let known = report == nil ? nil : reports.report
        guard let usage = reader.usage(in: root, report: known) else { return }
        let before = seen.usage
        seen.usage = usage
        // A later event without counts takes nothing back.
        if usage.tokens == nil { seen.usage?.tokens = before?.tokens }
        if usage.raw == nil { seen.usage?.raw = before?.raw }
        let counted = Set(usage.meters.map(\.unit))
        seen.usage?.meters += (before?.meters ?? []).filter { !counted.contains($0.unit) }
        if usage.serviceTier == nil { seen.usage?.serviceTier = before?.serviceTier }
        if completedImages > 1 { spreadOverImages() }
    }

    /// Several images of one stream are several reports, and whether they are cumulative is not documented:
    /// then their tokens are not known.
    private mutating func spreadOverImages() {
        seen.usage?.tokens?.output = nil
        for index in seen.usage?.meters.indices ?? 0..<0 where seen.usage?.meters[index].unit == .image {
            seen.usage?.meters[index].count = completedImages
        }
    }

    private func isCompletedImage(_ root: JSONNode) -> Bool {
        guard let type = root["type"]?.string else { return false }
        return type.hasPrefix("image_") && type.hasSuffix(".completed")
    }

    private func isLast(_ root: JSONNode) -> Bool {
        if let type = root["type"]?.string, StreamUsageReading.lastTypes.contains(type) {
            let wanted = type.hasPrefix("image_") ? reader.quote.choices ?? 1 : 0
            return completedImages >= wanted
        }
        // Gemini's own streams have no event for it: the last chunk says why each candidate ended.
        guard reader.convention == .gemini, let candidates = root["candidates"]?.elements else {
            return false
        }
        return !candidates.isEmpty && candidates.allSatisfy { $0["finishReason"]?.string != nil }
    }
}
