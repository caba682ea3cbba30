private import PennyweightJSON
internal import PennyweightMiddleware

/// Collects a plain JSON answer, up to a limit, and reads its usage. Beyond the limit nothing is known.
struct PlainUsageReading: UsageReading {
    private let route: String
    private let limitBytes: Int
    private var body: [UInt8] = []
    private var isTooLarge = false
    private var known: UsageSummary?

    init(route: String, limitBytes: Int) {
        self.route = route
        self.limitBytes = limitBytes
    }

    mutating func consume(_ chunk: [UInt8]) {
        known = nil
        guard !isTooLarge else { return }
        guard body.count + chunk.count <= limitBytes else {
            isTooLarge = true
            body = []
            return
        }
        body += chunk
    }

    mutating func summary() -> UsageSummary {
        if let known { return known }
        let read = read()
        known = read
        return read
    }

    private func read() -> UsageSummary {
        guard !isTooLarge, !body.isEmpty, let root = try? JSONDocument(body).root else {
            return UsageSummary()
        }
        return UsageSummary(
            usage: UsageReport.usage(in: root, route: route), executedModel: root["model"]?.string,
            isComplete: true, generatedCharacters: GeneratedText.characters(in: root))
    }
}

/// Follows an answer that is not JSON (audio, images, video): it reports nothing, and has no end of its own
/// that could be missed.
struct OpaqueUsageReading: UsageReading {
    mutating func consume(_ chunk: [UInt8]) {}
    mutating func summary() -> UsageSummary { UsageSummary(isComplete: true) }
}
