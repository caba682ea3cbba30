extension Rule {
    static let comments: [Rule] = [documentation]

    private static let documentation = Rule(
        "public declarations are documented",
        bad: [
            .source("public func pay() {}"), .source("// Not this kind.\npublic struct Cost {}"),
            .source("/// One.\npublic enum A {}\npublic enum B {}"),
            .source("public init(amount: Int) {\n    self.amount = amount\n    start()\n}"),
            .source("@inlinable\npublic func pay() {}"), .source("public protocol Paying {}"),
        ],
        good: [
            .source("/// Pays.\npublic func pay() {}"),
            .source("/// Pays.\n@inlinable\npublic func pay() {}"),
            .source("func pay() {}"), .source("public static func < (left: A, right: A) -> Bool { true }"),
            .source(
                "public init(\n    amount: Int, at: Int\n) {\n    self.amount = amount\n    self.at = at\n}"),
            .source("public init() {}"),
            .source("@resultBuilder\nenum B {\npublic static func buildBlock() {}\n}"),
            .source("public func send(_ request: Request) async {}"),
            .source("/// Pays.\n#if os(Linux)\npublic func pay() {}\n#endif"),
        ]
    ) { file in
        guard file.isSource else { return [] }
        return file.code.indices.compactMap { index in
            guard let declaration = Declaration(file.code[index]), declaration.isPublic,
                documented.contains(declaration.kind), !declaration.modifiers.contains("override"),
                !isExempt(declaration, at: index, in: file), !hasComment(above: index, in: file)
            else { return nil }
            let message = "Say in a comment what \(declaration.kind) \(declaration.name) does or is."
            return Violation(line: index, message: message)
        }
    }

    private static let documented: Set<String> = [
        "func", "struct", "enum", "protocol", "class", "actor", "typealias", "init",
    ]

    /// Operators, what the standard library's protocols require, and what our own protocols document.
    private static func isExempt(_ declaration: Declaration, at index: Int, in file: SourceFile) -> Bool {
        switch declaration.kind {
        case "func":
            let isOperator = declaration.name.allSatisfy { !$0.isLetter && !$0.isNumber }
            let standard =
                ["hash", "encode", "makeIterator", "makeAsyncIterator"].contains(declaration.name)
                || declaration.name.hasPrefix("build")
                    && file.lines.contains { $0.contains("@resultBuilder") }
            return isOperator || standard || SourceTree.requirements.contains(declaration.name)
        case "init": return isMemberwise(at: index, in: file)
        default: return false
        }
    }

    /// True if an initialiser does nothing but give each stored property its value: the type's comment covers
    /// it.
    private static func isMemberwise(at index: Int, in file: SourceFile) -> Bool {
        // What a protocol of the standard library or of ArgumentParser requires.
        let required = ["init(from ", "init(stringLiteral ", "init?(argument:"]
        if required.contains(where: { file.code[index].contains($0) }) { return true }
        var depth = 0
        var isInside = false
        for line in file.code[index...] {
            let statement = line.drop { $0 == " " }
            if isInside, depth == 1, !statement.isEmpty, !statement.hasPrefix("}"), !isAssignment(statement) {
                return false
            }
            for character in line {
                if "([{".contains(character) { depth += 1 }
                if ")]}".contains(character) { depth -= 1 }
            }
            if isInside, depth == 0 { return true }
            if depth == 1, line.last == "{" { isInside = true }
            if !isInside, depth == 0, line.last == "}" { return line.hasSuffix("{}") }
        }
        return true
    }

    private static func isAssignment(_ statement: Substring) -> Bool {
        let words = statement.split(separator: " ", maxSplits: 2)
        guard words.count == 3, words[1] == "=" else { return false }
        return words[0].allSatisfy { $0.isLetter || $0.isNumber || $0 == "." || $0 == "_" }
    }

    private static func hasComment(above index: Int, in file: SourceFile) -> Bool {
        var above = index - 1
        while above >= 0 {
            let line = file.lines[above].drop { $0 == " " }
            if line.hasPrefix("///") || line.hasSuffix("*/") { return true }
            guard line.hasPrefix("@") || line.hasPrefix("#if") || line.hasPrefix("#else") else {
                return false
            }
            above -= 1
        }
        return false
    }
}
