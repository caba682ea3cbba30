/// A Swift file, once as it is and once with comments and the contents of literals blanked, line by line.
struct SourceFile: Sendable {
    /// Relative to the package, with slashes: `Sources/PennyweightTime/Timestamp.swift`.
    let path: String
    let lines: [String]
    /// The same lines: what is in comments and string literals is replaced by spaces, character for
    /// character.
    let code: [String]
    /// The indices of lines that begin inside a multi-line string literal.
    let literalLines: Set<Int>

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var scanner = CodeScanner(text)
        code = scanner.blanked().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        literalLines = scanner.literalLines
    }

    /// `Sources` or `Tests`.
    var folder: Substring { path.prefix { $0 != "/" } }
    /// The folder below: a target's name.
    var target: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }
    /// The file's name without folder and extension.
    var name: Substring { path.split(separator: "/").last?.prefix { $0 != "." } ?? "" }
    var isSource: Bool { folder == "Sources" }

    /// The modules that the file imports, with their lines.
    var imports: [(module: String, line: Int)] {
        code.enumerated().compactMap { index, line in
            let words = line.split(separator: " ")
            guard let position = words.firstIndex(of: "import"), position + 1 < words.count,
                words[..<position].allSatisfy({ $0.hasPrefix("@") || Self.accessLevels.contains($0) })
            else { return nil }
            let kinds: Set<Substring> = [
                "struct", "class", "enum", "protocol", "func", "var", "let", "typealias",
            ]
            let isKind = kinds.contains(words[position + 1]) && position + 2 < words.count
            let name = isKind ? words[position + 2] : words[position + 1]
            return (String(name.prefix { $0 != "." }), index)
        }
    }

    static let accessLevels: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
}

/// Finds comments and string literals in Swift text.
///
/// It knows line and nested block comments, one-line, multi-line and raw literals, escapes and interpolation
/// (which is blanked with its literal). It does not know regular expression literals: the project uses none.
struct CodeScanner {
    private let text: [UInt8]
    private var position = 0
    private var output: [UInt8] = []
    private var line = 0
    private(set) var literalLines: Set<Int> = []

    init(_ text: String) {
        self.text = Array(text.utf8)
    }

    /// The text with comments and the contents of literals replaced by spaces; quotes and line ends stay.
    mutating func blanked() -> String {
        while position < text.count {
            if sees("//") {
                while position < text.count, text[position] != UInt8(ascii: "\n") { blank() }
            } else if sees("/*") {
                comment()
            } else if let pounds = literalStart() {
                literal(pounds: pounds)
            } else {
                keep()
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private mutating func comment() {
        var depth = 0
        repeat {
            if sees("/*") {
                depth += 1
                blank(2)
            } else if sees("*/") {
                depth -= 1
                blank(2)
            } else {
                blank()
            }
        } while depth > 0 && position < text.count
    }

    /// The number of pound signs before a quote here; nil if no literal starts here.
    private func literalStart() -> Int? {
        var end = position
        while end < text.count, text[end] == UInt8(ascii: "#") { end += 1 }
        return end < text.count && text[end] == UInt8(ascii: "\"") ? end - position : nil
    }

    private mutating func literal(pounds: Int) {
        keep(pounds)
        let quotes = sees("\"\"\"") ? 3 : 1
        keep(quotes)
        let end = String(repeating: "\"", count: quotes) + String(repeating: "#", count: pounds)
        let escape = "\\" + String(repeating: "#", count: pounds)
        while position < text.count {
            if sees(escape + "(") {
                blank(escape.utf8.count + 1)
                interpolation()
            } else if sees(escape) {
                blank(escape.utf8.count + 1)
            } else if sees(end) {
                return keep(quotes + pounds)
            } else if quotes == 1, text[position] == UInt8(ascii: "\n") {
                return
            } else {
                blank()
            }
        }
    }

    private mutating func interpolation() {
        var depth = 1
        while position < text.count, depth > 0 {
            if let pounds = literalStart() {
                let kept = output.count
                literal(pounds: pounds)
                for index in kept..<output.count where output[index] != UInt8(ascii: "\n") {
                    output[index] = UInt8(ascii: " ")
                }
                continue
            }
            if text[position] == UInt8(ascii: "(") { depth += 1 }
            if text[position] == UInt8(ascii: ")") { depth -= 1 }
            blank()
        }
    }

    private func sees(_ wanted: String) -> Bool {
        let wanted = Array(wanted.utf8)
        guard position + wanted.count <= text.count else { return false }
        return text[position..<position + wanted.count].elementsEqual(wanted)
    }

    private mutating func keep(_ count: Int = 1) {
        for _ in 0..<count where position < text.count {
            if text[position] == UInt8(ascii: "\n") { line += 1 }
            output.append(text[position])
            position += 1
        }
    }

    private mutating func blank(_ count: Int = 1) {
        for _ in 0..<count where position < text.count {
            let byte = text[position]
            if byte == UInt8(ascii: "\n") {
                line += 1
                literalLines.insert(line)
                output.append(byte)
            } else if byte & 0xC0 != 0x80 {
                // One space for a character of several bytes.
                output.append(UInt8(ascii: " "))
            }
            position += 1
        }
    }
}
