import Testing

@Suite("The style guide's mechanical rules")
struct TidyTests {
    @Test("the source tree keeps the rule", arguments: Rule.all)
    func tree(_ rule: Rule) {
        for file in SourceTree.files {
            for violation in rule.check(file) { Issue.record("\(violation.text(in: file))") }
        }
    }

    @Test("the rule finds what breaks it, and only that", arguments: Rule.all)
    func samples(_ rule: Rule) {
        #expect(!rule.bad.isEmpty)
        for file in rule.bad { #expect(!rule.check(file).isEmpty, "\(file.lines)") }
        for file in rule.good { #expect(rule.check(file).isEmpty, "\(file.lines)") }
    }

    @Test("the source tree is found")
    func found() {
        #expect(SourceTree.files.contains { $0.path == "Tests/TidyTests/TidyTests.swift" })
        #expect(SourceTree.files.filter(\.isSource).count > 50)
        #expect(SourceTree.requirements.isSuperset(of: ["send", "intercept", "read"]))
    }

    @Test("comments and literals are blanked, code and lines stay")
    func blanking() {
        let file = SourceFile.source(
            #"""
            let a = "x // \(b["y"]) \" z" // c
            let d = #"e "f" \n"# /* g /* h */
            i */ let j = """
                k "l" \(m)
                """
            """#)
        #expect(file.code.count == file.lines.count)
        #expect(
            file.code.map { $0.filter { !$0.isWhitespace } } == [
                #"leta="""#, ##"letd=#""#"##, #"letj=""""#, "", #"""""#,
            ])
        #expect(file.code.map(\.count) == file.lines.map(\.count))
        #expect(file.literalLines.isSuperset(of: [3, 4]))
    }
}
