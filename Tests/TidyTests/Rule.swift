import Testing

/// One mechanical rule of the style guide, with a sample that breaks it and one that keeps it.
struct Rule: Sendable, CustomTestStringConvertible {
    /// The rule, as a sentence.
    let sentence: String
    /// Each breaks the rule at least once.
    let bad: [SourceFile]
    /// None breaks the rule.
    let good: [SourceFile]
    let check: @Sendable (SourceFile) -> [Violation]

    init(
        _ sentence: String, bad: [SourceFile], good: [SourceFile] = [],
        check: @escaping @Sendable (SourceFile) -> [Violation]
    ) {
        self.sentence = sentence
        self.bad = bad
        self.good = good
        self.check = check
    }

    var testDescription: String { sentence }

    static let all = sizes + safety + names + layers + comments
}

/// One place that breaks a rule.
struct Violation: Sendable {
    /// The index of the line, from 0.
    let line: Int
    let message: String

    func text(in file: SourceFile) -> String { "\(file.path):\(line + 1): \(message)" }
}

extension SourceFile {
    /// A sample in a source target.
    static func source(_ text: String, in target: String = "PennyweightMiddleware", name: String = "Sample")
        -> SourceFile
    {
        SourceFile(path: "Sources/\(target)/\(name).swift", text: text)
    }

    /// A sample in a test target.
    static func test(_ text: String) -> SourceFile {
        SourceFile(path: "Tests/PennyweightMiddlewareTests/SampleTests.swift", text: text)
    }

    /// A violation for each line of the code that matches.
    func lines(_ message: String, where matches: (String) -> Bool) -> [Violation] {
        code.enumerated().compactMap { index, line in
            matches(line) ? Violation(line: index, message: message) : nil
        }
    }
}
