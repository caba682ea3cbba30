private import PennyweightJSON
internal import PennyweightMiddleware

/// Collects a plain JSON answer, up to a limit, and reads its usage. Beyond the limit nothing is known.
struct PlainUsageReading: UsageReading {
    private let reader: UsageReader
    private let limitBytes: Int
    private var body: [UInt8] = []
    private var isTooLarge = false
    private var known: UsageSummary?

    init(reader: UsageReader, limitBytes: Int) {
        self.reader = reader
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

    /// A plain answer is sent when all of it is generated: its first byte says so.
    var hasGenerated: Bool { isTooLarge || !body.isEmpty }

    mutating func summary() -> UsageSummary {
        if let known { return known }
        let read = read()
        known = read
        return read
    }

    private func read() -> UsageSummary {
        if isTooLarge { return UsageSummary(endsWithBody: true) }
        guard !body.isEmpty, let root = try? JSONDocument(body).root else {
            return UsageSummary()
        }
        var content = GeneratedContent()
        content.addAnswer(root)
        return UsageSummary(
            usage: reader.usage(in: root, report: reader.report(in: root)),
            executedModel: root["model"]?.string ?? root["modelVersion"]?.string, isComplete: true,
            generatedCharacters: content.characters, isProvisional: VideoAnswer.isUndecided(root))
    }
}

/// Follows an answer that is not JSON (audio, images, video, subtitles): it reports nothing, and has no end
/// of its own that could be missed.
struct OpaqueUsageReading: UsageReading {
    private(set) var hasGenerated = false

    mutating func consume(_ chunk: [UInt8]) {
        if !chunk.isEmpty { hasGenerated = true }
    }

    mutating func summary() -> UsageSummary { UsageSummary(endsWithBody: true) }
}
