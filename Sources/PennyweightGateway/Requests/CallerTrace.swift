/// Reads where a call belongs, as its caller says. What can't be read is left out: it decides nothing.
enum CallerTrace {
    /// The header that names a series of calls.
    static let sessionHeader = "x-session-id"

    /// A name of up to 128 printable characters; nil for anything else.
    static func session(_ text: String?) -> String? {
        guard let text, (1...128).contains(text.utf8.count),
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { return nil }
        return text
    }

    /// The trace's id out of a `traceparent`
    /// ([W3C Trace Context section 3.2](https://www.w3.org/TR/trace-context/#traceparent-header)); nil if it
    /// is malformed or all zeros.
    static func trace(_ traceparent: String?) -> String? {
        let parts = (traceparent ?? "").split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0] != "ff", parts[0] != "00" || parts.count == 4,
            zip(parts, [2, 32, 16, 2]).allSatisfy({ isHexadecimal($0, $1) }),
            parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" })
        else { return nil }
        return String(parts[1])
    }

    private static func isHexadecimal(_ text: Substring, _ count: Int) -> Bool {
        text.utf8.count == count
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            }
    }
}
