private import PennyweightJSON

/// How a stream of one route says that it has come to its end.
enum StreamEnd: Sendable {
    /// `data: [DONE]`.
    case done
    /// `response.completed`, `response.incomplete` or `response.failed`.
    case response

    /// Nil for a route whose streams are not known.
    init?(route: String) {
        switch route {
        case "/chat/completions", "/completions": self = .done
        case "/responses": self = .response
        default: return nil
        }
    }

    /// True for the event that ends a stream, properly or as an error that the provider reports itself.
    func isTerminal(_ block: [UInt8]) -> Bool {
        guard words.contains(where: { UsageHiding.contains($0, in: block) }) else { return false }
        var parser = SSEParser()
        guard let events = try? parser.consume(block) else { return false }
        return events.contains { event in
            if self == .done, event.data == StreamEnd.doneData { return true }
            guard let root = try? JSONDocument(event.data).root else { return false }
            if let error = root["error"], !error.isNull, self == .done { return true }
            return self == .response && StreamEnd.types.contains(root["type"]?.string ?? "")
        }
    }

    private static let doneData = Array("[DONE]".utf8)
    private static let types: Set<String> = [
        "response.completed", "response.incomplete", "response.failed", "error",
    ]
    private static let doneWords = [doneData, Array("\"error\"".utf8)]
    private static let responseWords = ["completed", "incomplete", "failed", "error"].map { Array($0.utf8) }

    /// An event without any of these is not the terminal one, and is not parsed.
    private var words: [[UInt8]] { self == .done ? StreamEnd.doneWords : StreamEnd.responseWords }
}
