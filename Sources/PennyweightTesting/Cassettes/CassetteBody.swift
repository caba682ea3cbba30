private import FoundationEssentials
private import PennyweightJSON

/// A body as lines of text, and back, byte for byte.
enum CassetteBody {
    /// How the lines are made.
    enum Form: String, CaseIterable {
        /// Compact JSON, shown with a line for every member and element.
        case json
        /// The text, line by line.
        case text
        /// The text, whose lines all end with CR LF.
        case crlf
        /// Anything else.
        case base64
    }

    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let base64Columns = 76

    static func lines(of body: [UInt8]) -> (form: Form, lines: [String]) {
        if isCompactJSON(body) { return (.json, lines(in: JSONLayout.spread(body))) }
        if let text = String(validating: body, as: UTF8.self), !text.utf8.contains(0) {
            if !body.contains(carriageReturn) { return (.text, lines(in: Array(text.utf8))) }
            let bare = body.replacing([carriageReturn, lineFeed], with: [lineFeed])
            let isRegular =
                !bare.contains(carriageReturn) && bare.replacing([lineFeed], with: [0x0D, 0x0A]) == body
            if isRegular { return (.crlf, lines(in: bare)) }
        }
        return (.base64, wrapped(Data(body).base64EncodedString()))
    }

    /// Nil if the lines are not what ``lines(of:)`` makes.
    static func body(of lines: [String], form: Form) -> [UInt8]? {
        let joined = Array(lines.joined(separator: "\n").utf8)
        switch form {
        case .json: return JSONLayout.compact(joined)
        case .text: return joined
        case .crlf: return joined.replacing([lineFeed], with: [carriageReturn, lineFeed])
        case .base64: return Data(base64Encoded: lines.joined()).map { Array($0) }
        }
    }

    private static func isCompactJSON(_ body: [UInt8]) -> Bool {
        guard let first = body.first, [UInt8(ascii: "{"), UInt8(ascii: "[")].contains(first),
            (try? JSONDocument(body)) != nil
        else { return false }
        return JSONLayout.compact(body) == body
    }

    private static func lines(in text: [UInt8]) -> [String] {
        text.split(separator: lineFeed, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    private static func wrapped(_ text: String) -> [String] {
        var rest = text[...]
        var lines: [String] = []
        while !rest.isEmpty {
            lines.append(String(rest.prefix(base64Columns)))
            rest = rest.dropFirst(base64Columns)
        }
        return lines
    }
}
