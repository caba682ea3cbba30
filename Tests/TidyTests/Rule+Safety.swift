extension Rule {
    static let safety: [Rule] = [force, clock, sleep, unchecked, stream]

    private static let force = Rule(
        "sources force nothing: no try!, as!, fatalError or force unwrap",
        bad: [
            .source("let x = try! f()"), .source("let x = y as! Int"), .source("let x = y!"),
            .source("f(x[0]!.y)"),
            .source("fatalError()"), .source("var x: Int!"),
        ],
        good: [
            .source("if !x, y != z, a.b != nil { f(!c) }"), .source("let x = \"try! y! as!\""),
            .source("// try! y!"), .test("let x = try! f()"),
        ]
    ) { file in
        guard file.isSource else { return [] }
        return file.lines("Nothing is forced in sources; throw, or use precondition for a bug.") { line in
            if line.contains("try!") || line.contains("as!") || line.contains("fatalError(") { return true }
            let characters = Array(line)
            return characters.indices.contains { index in
                guard characters[index] == "!", index > 0 else { return false }
                let before = characters[index - 1]
                let after = index + 1 < characters.count ? characters[index + 1] : " "
                return (before.isLetter || before.isNumber || "_)]\"".contains(before)) && after != "="
            }
        }
    }

    private static let clock = Rule(
        "only PennyweightTime reads a clock or the system's randomness",
        bad: [
            .source("let x = Date()"), .source("let x = ContinuousClock.now"), .source("let x = UUID()"),
            .source("var x = SystemRandomNumberGenerator()"), .source("let x = Int.random(in: 0..<9)"),
            .source("let x = y.shuffled()"), .source("clock_gettime(CLOCK_REALTIME, &x)"),
            .source("let x = Date()", in: "PennyweightTime", name: "Timestamp"),
        ],
        good: [
            .source("var x = SystemRandomNumberGenerator()", in: "PennyweightTime", name: "RandomSource"),
            .source("clock_gettime(CLOCK_REALTIME, &x)", in: "PennyweightTime", name: "SystemTime"),
            .source("let x = time.now()"), .source("let x: Date"), .source("let x = random.next(below: 9)"),
        ]
    ) { file in
        let isExempt = file.target == "PennyweightTime" && ["SystemTime", "RandomSource"].contains(file.name)
        guard file.isSource, !isExempt else { return [] }
        let banned = [
            "Date()", "Date.now", "ContinuousClock", "SuspendingClock", "UUID()",
            "SystemRandomNumberGenerator",
            ".random(", ".randomElement(", ".shuffled(", "clock_gettime(", "gettimeofday(",
            "DispatchTime.now",
            "NIODeadline.now", "arc4random",
        ]
        return file.lines("Take a TimeSource or a RandomSource.") { line in
            banned.contains { line.contains($0) }
        }
    }

    private static let sleep = Rule(
        "nothing sleeps but SystemTime",
        bad: [
            .source("try await Task.sleep(for: .seconds(1))"), .test("try await Task.sleep(nanoseconds: 1)"),
            .source("usleep(1)"),
        ],
        good: [
            .source("try await Task.sleep(for: wait)", in: "PennyweightTime", name: "SystemTime"),
            .source("try await time.sleep(for: wait)"),
        ]
    ) { file in
        guard file.path != "Sources/PennyweightTime/SystemTime.swift" else { return [] }
        return file.lines("Sleep with a TimeSource; in a test, await what you wait for.") { line in
            ["Task.sleep", "usleep(", "nanosleep(", "Thread.sleep"].contains { line.contains($0) }
        }
    }

    private static let unchecked = Rule(
        "who switches the compiler's data-race checks off says above why that is safe",
        bad: [
            .source("final class X: @unchecked Sendable {}"), .source("\nnonisolated(unsafe) var x = 1"),
            .source("// A comment.\n\nfinal class X: @unchecked Sendable {}"),
        ],
        good: [
            .source(
                "// Safe: it is written once, before any thread starts.\nfinal class X: @unchecked Sendable {}"
            ),
            .source("/// Safe: its lock is held.\n@frozen\nfinal class X: @unchecked Sendable {}"),
        ]
    ) { file in
        file.lines("Prove in a comment directly above that this is safe.") { line in
            line.contains("@unchecked") || line.contains("nonisolated(unsafe)")
        }.filter { violation in
            var above = violation.line - 1
            while above >= 0, file.code[above].drop(while: { $0 == " " }).hasPrefix("@") { above -= 1 }
            return above < 0 || !file.lines[above].drop(while: { $0 == " " }).hasPrefix("//")
        }
    }

    private static let stream = Rule(
        "sources use no AsyncStream without a bound",
        bad: [
            .source("let x = AsyncStream<Int> { _ in }"),
            .source("AsyncThrowingStream<Int, any Error>.makeStream()"),
            .source("AsyncStream<Int>.makeStream(\n    bufferingPolicy: .unbounded)"),
        ],
        good: [
            .source("// No AsyncStream here."), .test("AsyncStream.makeStream()"),
            .source("AsyncStream<Int>.makeStream(\n    bufferingPolicy: .bufferingNewest(1))"),
        ]
    ) { file in
        guard file.isSource else { return [] }
        return file.lines("It buffers without bound; use a BodyReader, or say how much it may buffer.") {
            line in
            line.contains("AsyncStream") || line.contains("AsyncThrowingStream")
        }.filter { violation in
            let call = file.code[violation.line..<min(violation.line + 3, file.code.count)].joined()
            return !call.contains(".bufferingNewest(") && !call.contains(".bufferingOldest(")
        }
    }
}
