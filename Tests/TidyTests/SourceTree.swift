import Foundation

/// The package's own files, found from where this file was compiled.
enum SourceTree {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// All Swift files under `Sources` and `Tests`, in the order of their paths.
    static let files: [SourceFile] = ["Sources", "Tests"].flatMap { folder -> [SourceFile] in
        let start = root.appending(path: folder).path()
        let paths = FileManager.default.enumerator(atPath: start)?.compactMap { $0 as? String } ?? []
        return paths.filter { $0.hasSuffix(".swift") }.sorted().compactMap { path in
            guard let text = try? String(contentsOfFile: start + "/" + path, encoding: .utf8) else {
                return nil
            }
            return SourceFile(path: folder + "/" + path, text: text)
        }
    }

    /// The names of all functions that a protocol of the package requires: who implements one needs no
    /// comment.
    static let requirements: Set<String> = files.filter(\.isSource).reduce(into: []) { names, file in
        var isInside = false
        for line in file.code {
            if line.contains("protocol "), line.hasSuffix("{") { isInside = true }
            if line.hasPrefix("}") { isInside = false }
            if isInside, let name = Declaration(line)?.name { names.insert(name) }
        }
    }
}

/// A declaration that a line begins.
struct Declaration {
    let modifiers: [Substring]
    /// `func`, `struct`, `init` …
    let kind: String
    /// `init` for initialisers.
    let name: String

    /// Nil if the line begins no declaration.
    init?(_ line: String) {
        let words = line.split { $0 == " " || $0 == "\t" }
        guard
            let position = words.firstIndex(where: { word in
                Declaration.kinds.contains(word) || word.hasPrefix("init(") || word.hasPrefix("init?(")
                    || word.hasPrefix("init<") || word.hasPrefix("subscript(")
            }),
            words[..<position].allSatisfy({
                $0.hasPrefix("@") || Declaration.modifiers.contains(Self.bare($0))
            })
        else { return nil }
        modifiers = words[..<position].filter { !$0.hasPrefix("@") }
        let word = words[position]
        if Declaration.kinds.contains(word) {
            guard position + 1 < words.count else { return nil }
            kind = String(word)
            name = String(words[position + 1].prefix { !"(<:{=,;".contains($0) })
        } else {
            kind = String(word.prefix { $0.isLetter })
            name = kind
        }
    }

    var isPublic: Bool { modifiers.contains("public") || modifiers.contains("open") }

    private static func bare(_ word: Substring) -> Substring { word.prefix { $0 != "(" } }

    private static let kinds: Set<Substring> = [
        "func", "struct", "class", "enum", "actor", "protocol", "typealias", "var", "let", "case",
        "associatedtype",
    ]
    private static let modifiers: Set<Substring> = [
        "public", "package", "internal", "fileprivate", "private", "open", "static", "final", "mutating",
        "nonmutating", "nonisolated", "convenience", "required", "override", "indirect", "lazy", "weak",
        "unowned",
        "borrowing", "consuming", "prefix", "postfix", "infix", "isolated", "dynamic", "class",
    ]
}
