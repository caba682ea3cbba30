extension Rule {
    static let names: [Rule] = [suffixes, abbreviations, promises]

    private static let suffixes = Rule(
        "no type is a Manager, Helper, Util, Info or Impl",
        bad: [
            .source("struct CacheManager {}"), .source("public final class CacheHelper {}"),
            .source("enum StringUtils {}"), .source("protocol ModelInfo {}"), .source("actor CacheImpl {}"),
            .source("", name: "CacheManager"),
        ],
        good: [
            .source("struct Information {}"), .source("let manager = 1"), .source("struct Utilization {}"),
        ]
    ) { file in
        let banned = [
            "Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Info", "Impl",
        ]
        let types: Set<String> = ["struct", "class", "enum", "actor", "protocol", "typealias"]
        var violations = file.code.enumerated().compactMap { index, line -> Violation? in
            guard let declaration = Declaration(line), types.contains(declaration.kind),
                let suffix = banned.first(where: { declaration.name.hasSuffix($0) })
            else { return nil }
            return Violation(line: index, message: "Say what \(declaration.name) is, without \(suffix).")
        }
        if let suffix = banned.first(where: { file.name.hasSuffix($0) }) {
            violations.append(
                Violation(line: 0, message: "Name the file after what is in it, without \(suffix)."))
        }
        return violations
    }

    private static let abbreviations = Rule(
        "declared names are not abbreviated",
        bad: [
            .source("let req = 1"), .source("func sendMsg() {}"), .source("struct ConnPool {}"),
            .source("private var maxIdx = 1"), .source("func f() {\n    let ctx = 1\n}"),
        ],
        good: [
            .source("let request = 1"), .source("let message = connection"), .source("let url = 1"),
            .source("let strength = 1"), .source("// let req = 1"),
        ]
    ) { file in
        file.code.enumerated().compactMap { index, line in
            guard let declaration = Declaration(line) else { return nil }
            guard let word = words(of: declaration.name).first(where: short.contains) else { return nil }
            return Violation(line: index, message: "Write \"\(word)\" of \(declaration.name) out.")
        }
    }

    private static let short: Set<String> = [
        "req", "resp", "ctx", "cfg", "mgr", "idx", "tmp", "msg", "err", "conn", "buf", "addr", "cnt", "usr",
        "pwd",
        "fn", "str", "num", "obj", "impl", "util", "btn", "attr", "attrs", "params", "desc", "prev",
        "cur",
        "curr", "ret", "cb", "evt", "elem", "len", "ptr", "img", "txt", "db",
    ]

    /// The words of a name in camel case, in lower case.
    private static func words(of name: String) -> [String] {
        var words: [String] = []
        var current = ""
        for character in name {
            if character.isUppercase || !character.isLetter {
                if !current.isEmpty { words.append(current) }
                current = ""
            }
            if character.isLetter { current.append(contentsOf: character.lowercased()) }
        }
        return current.isEmpty ? words : words + [current]
    }

    private static let promises = Rule(
        "no promise to fix something later stays in the code",
        bad: [.source("// TODO: write this"), .source("/// FIXME"), .source("f() // XXX why?")],
        good: [.source("// What is to do is in the method."), .source("let todoList = 1")]
    ) { file in
        guard file.target != "TidyTests" else { return [] }
        return file.lines.enumerated().compactMap { index, line in
            let words = line.split { !$0.isLetter }
            guard words.contains(where: { ["TODO", "FIXME", "XXX", "HACK"].contains($0) }) else { return nil }
            guard line != file.code[index], line.contains("//") else { return nil }
            return Violation(line: index, message: "Do it, or leave it: no TODO stays in the code.")
        }
    }
}
