extension Rule {
    static let layers: [Rule] = [arrows, traits]

    /// What each target may import: the module table of the project, level by level.
    static let table: [String: Set<String>] = {
        let leaves: Set = ["PennyweightTime", "PennyweightJSON"]
        let middleware = leaves.union(["PennyweightPipeline", "PennyweightLedger"])
        let wires = middleware.union(["PennyweightMiddleware"])
        let http: Set = ["HTTPTypes", "Logging"]
        let observed: Set = ["HTTPTypes", "Logging", "Metrics", "Tracing"]
        let umbrella = wires.union(["PennyweightOpenAI", "PennyweightSQLite", "PennyweightURLSession"])
        let command = umbrella.union([
            "PennyweightAsyncHTTPClient", "PennyweightTesting", "PennyweightGateway",
        ])
        return [
            "PennyweightTime": [],
            "PennyweightJSON": [],
            "PennyweightPipeline": http.union(["PennyweightTime"]),
            "PennyweightLedger": leaves.union(["Crypto"]),
            "PennyweightMiddleware": middleware.union(observed).union(["Crypto"]),
            "PennyweightOpenAI": wires.union(observed),
            "PennyweightSQLite": wires.union(["CSQLite", "CZlib", "Crypto"]),
            "PennyweightURLSession": [
                "PennyweightTime", "PennyweightPipeline", "HTTPTypes", "Foundation", "FoundationNetworking",
            ],
            "PennyweightAsyncHTTPClient": [
                "PennyweightTime", "PennyweightPipeline", "HTTPTypes", "AsyncHTTPClient", "NIOCore",
                "NIOHTTP1",
            ],
            "PennyweightTesting": wires.union(http).union([
                "PennyweightOpenAI", "CZlib", "Crypto", "Hummingbird", "NIOCore", "NIOPosix",
                "ServiceLifecycle",
            ]),
            "Pennyweight": umbrella.union(observed).union(["Foundation"]),
            "PennyweightGateway": wires.union(http).union([
                "PennyweightOpenAI", "Crypto", "Configuration", "Hummingbird", "NIOCore", "ServiceLifecycle",
            ]),
            "PennyweightCLI": command.union(observed).union([
                "ArgumentParser", "Configuration", "ServiceLifecycle", "UnixSignals", "Foundation",
            ]),
        ]
    }()

    /// What comes with the toolchain and costs no layer. `Foundation` is not here: it costs start time and
    /// size.
    private static let system: Set<String> = [
        "Swift", "Synchronization", "Dispatch", "FoundationEssentials", "Darwin", "Glibc", "Musl", "Android",
    ]

    private static let arrows = Rule(
        "a target imports only what the module table allows",
        bad: [
            .source("public import PennyweightMiddleware", in: "PennyweightPipeline"),
            .source("private import Hummingbird", in: "PennyweightOpenAI"),
            .source("import struct Foundation.URL", in: "PennyweightLedger"),
            .source("@testable import PennyweightLedger", in: "PennyweightTime"),
            .source("let x = 1", in: "PennyweightNew"),
        ],
        good: [
            .source(
                "private import PennyweightTime\nprivate import Synchronization", in: "PennyweightPipeline"),
            .source("let important = 1 // import Hummingbird", in: "PennyweightTime"),
        ]
    ) { file in
        guard file.isSource else { return [] }
        guard let allowed = table[file.target] else {
            return [Violation(line: 0, message: "The target \(file.target) is not in the module table.")]
        }
        return file.imports.filter { !allowed.contains($0.module) && !system.contains($0.module) }.map {
            Violation(
                line: $0.line, message: "\(file.target) must not import \($0.module): arrows point down only."
            )
        }
    }

    private static let traits = Rule(
        "a file that imports a server package is wholly inside #if Gateway",
        bad: [
            .source("import Hummingbird\nlet x = 1"),
            .source("#if Gateway\nimport NIOCore\n#endif\nlet x = 1"),
            .source("let x = 1\n#if Gateway\nimport AsyncHTTPClient\n#endif"),
            .test("import ArgumentParser"),
            .source("#if Gateway\nimport NIOCore\n#endif\n#if os(Linux)\nlet x = 1\n#endif"),
        ],
        good: [
            .source("#if Gateway\nimport Hummingbird\n#if os(Linux)\nlet x = 1\n#endif\n#endif\n"),
            .source("// A comment.\n\n#if Gateway\nimport NIOCore\n#endif"), .source("import Logging"),
        ]
    ) { file in
        let servers: Set = [
            "AsyncHTTPClient", "ArgumentParser", "Configuration", "ServiceLifecycle", "UnixSignals",
        ]
        let found = file.imports.first { module, _ in
            servers.contains(module) || module.hasPrefix("NIO") || module.hasPrefix("Hummingbird")
        }
        guard let found, !isWhollyGuarded(file) else { return [] }
        return [
            Violation(
                line: found.line,
                message: "Put the whole file, which imports \(found.module), in #if Gateway.")
        ]
    }

    private static func isWhollyGuarded(_ file: SourceFile) -> Bool {
        let code = file.code.map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
        guard code.first == "#ifGateway", code.last == "#endif" else { return false }
        var depth = 0
        for (index, line) in code.enumerated() {
            if line.hasPrefix("#if") { depth += 1 }
            if line == "#endif" { depth -= 1 }
            if depth == 0, index < code.count - 1 { return false }
        }
        return true
    }
}
