private import PennyweightJSON
private import PennyweightLedger
internal import PennyweightMiddleware

/// Follows a stream of events and reads its usage: the last report stands, as reports are cumulative.
struct StreamUsageReading: UsageReading {
    private static let lastTypes: Set<String> = [
        "response.completed", "response.incomplete", "response.failed", "image_generation.completed",
        "image_edit.completed", "transcript.text.done", "speech.audio.done",
    ]

    private let route: String
    private var parser: SSEParser
    private var seen = UsageSummary()
    private var serviceTier: String?
    private var isBroken = false

    init(route: String, eventLimitBytes: Int) {
        self.route = route
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

    mutating func summary() -> UsageSummary { seen }

    private mutating func take(_ event: SSEEvent) {
        if event.data == Array("[DONE]".utf8) {
            seen.isComplete = true
            return
        }
        guard let root = try? JSONDocument(event.data).root, root.kind == .object else { return }
        let answer = root["response"].flatMap { $0.kind == .object ? $0 : nil } ?? root
        if let model = answer["model"]?.string, !model.isEmpty { seen.executedModel = model }
        if let tier = answer["service_tier"]?.string, !tier.isEmpty { serviceTier = tier }
        // An empty report takes nothing back.
        if let usage = UsageReport.usage(in: root, route: route),
            seen.usage == nil || usage.tokens != nil || !usage.meters.isEmpty
        {
            seen.usage = usage
        }
        // The tier may stand in another chunk than the usage.
        if seen.usage?.serviceTier == nil { seen.usage?.serviceTier = serviceTier }
        seen.generatedCharacters += GeneratedText.characters(in: root)
        if let type = root["type"]?.string, StreamUsageReading.lastTypes.contains(type) {
            seen.isComplete = true
        }
    }
}
