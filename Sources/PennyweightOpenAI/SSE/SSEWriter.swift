/// Writes server-sent events and comments.
///
/// It writes no `id` and no `retry`, and `event` only with data: after one of these alone, the official
/// Python client takes a blank line for an event with empty data and fails.
public enum SSEWriter {
    /// The event that ends a complete stream of OpenAI's: `data: [DONE]`.
    public static let done = event(Array("[DONE]".utf8))

    /// One event with its blank line. Data with line breaks becomes several data lines.
    public static func event(_ data: [UInt8], type: String? = nil) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(data.count + 8)
        if let type { out += Array("event: ".utf8) + oneLine(type) + Array("\n".utf8) }
        for line in lines(data) { out += Array("data: ".utf8) + line + Array("\n".utf8) }
        out.append(SSEParser.lineFeed)
        return out
    }

    /// A comment with a blank line, which every parser ignores.
    public static func comment(_ text: String) -> [UInt8] {
        var out: [UInt8] = []
        for line in lines(Array(text.utf8)) { out += Array(": ".utf8) + line + Array("\n".utf8) }
        out.append(SSEParser.lineFeed)
        return out
    }

    static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            guard byte == SSEParser.lineFeed || byte == SSEParser.carriageReturn else { continue }
            lines.append(bytes[start..<position - 1])
            if byte == SSEParser.carriageReturn, position < bytes.count, bytes[position] == SSEParser.lineFeed
            {
                position += 1
            }
            start = position
        }
        return lines + [bytes[start...]]
    }

    private static func oneLine(_ text: String) -> [UInt8] {
        text.utf8.filter { $0 != SSEParser.lineFeed && $0 != SSEParser.carriageReturn }
    }
}
