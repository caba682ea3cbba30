import PennyweightLedger
import PennyweightTesting
import PennyweightTime
import Testing

@Suite("TokenUsage")
struct TokenUsageTests {
    @Test("parts come off their total, and every token is in one class")
    func partition() throws {
        var usage = TokenUsage(input: 100, output: 50)
        usage.cachedInput = 30
        usage.cacheWrite = 10
        usage.cacheWriteHour = 5
        usage.audioInput = 4
        usage.imageInput = 1
        usage.reasoning = 20
        usage.audioOutput = 6
        usage.imageOutput = 4
        let classes = try #require(usage.partition())
        #expect(
            classes == [
                .inputToken: 50, .cachedInputToken: 30, .cacheWriteToken: 10, .cacheWriteHourToken: 5,
                .audioInputToken: 4, .imageInputToken: 1, .outputToken: 20, .reasoningToken: 20,
                .audioOutputToken: 6, .imageOutputToken: 4,
            ])
    }

    @Test("a missing total is not zero: there is no partition")
    func missing() {
        #expect(TokenUsage().partition() == nil)
        #expect(TokenUsage(input: 1).partition() == nil)
        #expect(TokenUsage(output: 1).partition() == nil)
        #expect(TokenUsage(input: 0, output: 0).partition() == [.inputToken: 0, .outputToken: 0])
    }

    @Test("parts beyond their total and negative counts have no partition")
    func inconsistent() {
        var usage = TokenUsage(input: 10, output: 5)
        usage.cachedInput = 6
        usage.audioInput = 5
        #expect(usage.partition() == nil)
        usage.audioInput = 4
        #expect(usage.partition() != nil)
        usage.reasoning = 6
        #expect(usage.partition() == nil)
        usage.reasoning = -1
        #expect(usage.partition() == nil)
        #expect(TokenUsage(input: -1, output: 0).partition() == nil)
        usage = TokenUsage(input: .max, output: .max)
        usage.cachedInput = .max
        usage.cacheWrite = 1
        #expect(usage.partition() == nil)
    }

    @Test("parts of parts have no class of their own, but have to fit")
    func partsOfParts() {
        var usage = TokenUsage(input: 100, output: 50)
        usage.cachedInput = 30
        usage.cachedAudioInput = 20
        usage.cachedImageInput = 10
        usage.acceptedPrediction = 10
        usage.rejectedPrediction = 40
        let classes: [Unit: Int64] = [.inputToken: 70, .cachedInputToken: 30, .outputToken: 50]
        #expect(usage.partition() == classes)
        usage.cachedImageInput = 11
        #expect(usage.partition() == nil)
        usage.cachedImageInput = nil
        usage.rejectedPrediction = 41
        #expect(usage.partition() == nil)
        usage.rejectedPrediction = nil
        usage.cachedInput = nil
        #expect(usage.partition() == nil)
    }

    @Test("classes add up to the totals whenever there are classes")
    func sums() {
        let random = SeededRandom(seed: 0x9A27)
        var found = 0
        for _ in 0..<5_000 {
            let usage = TokenUsage.random(random)
            guard let classes = usage.partition() else { continue }
            found += 1
            #expect(
                classes.values.reduce(0, +) == (usage.input ?? 0) + (usage.output ?? 0), "seed \(random.seed)"
            )
            #expect(classes.values.allSatisfy { $0 >= 0 }, "seed \(random.seed)")
            #expect(classes.keys.allSatisfy { $0.isToken })
        }
        #expect(found > 1_000)
    }

    @Test("exactly the classes of tokens are priced per million")
    func tokenUnits() {
        let others: Set<Unit> = [
            .image, .videoSecond, .audioSecond, .character, .request, .search, .toolCall,
        ]
        #expect(Set(Unit.allCases.filter { !$0.isToken }) == others)
        #expect(Unit.allCases.count == 17)
    }
}

extension TokenUsage {
    /// A report that is consistent more often than not.
    static func random(_ random: SeededRandom) -> TokenUsage {
        func part(_ limit: UInt64) -> Int64? {
            random.next(below: 3) == 0 ? Int64(random.next(below: limit)) : nil
        }
        var usage = TokenUsage(
            input: Int64(random.next(below: 500_000)), output: Int64(random.next(below: 20_000)))
        usage.cachedInput = part(200_000)
        usage.cacheWrite = part(100_000)
        usage.cacheWriteHour = part(50_000)
        usage.audioInput = part(20_000)
        usage.imageInput = part(20_000)
        usage.reasoning = part(10_000)
        usage.audioOutput = part(5_000)
        usage.imageOutput = part(5_000)
        // Parts of parts, so small that they fit nearly always.
        usage.cachedAudioInput = random.next(below: 8) == 0 ? usage.cachedInput.map { $0 / 3 } : nil
        usage.cachedImageInput = random.next(below: 8) == 0 ? usage.cachedInput.map { $0 / 2 } : nil
        usage.rejectedPrediction = random.next(below: 4) == 0 ? usage.output.map { $0 / 2 } : nil
        return usage
    }
}
