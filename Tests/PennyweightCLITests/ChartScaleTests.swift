import PennyweightLedger
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightCLI

@Suite("ChartScale")
struct ChartScaleTests {
    @Test("ticks are round amounts, and the last one is the least that nothing exceeds")
    func ticks() {
        let scale = ChartScale(greatest: MoneyTotal(picos: 3_200_000_000_000))
        #expect(scale.ticks.map(\.description) == ["$0", "$1", "$2", "$3", "$4"])
        #expect(ChartScale(greatest: MoneyTotal(picos: 42)).ticks.last?.picos == 50)
        #expect(ChartScale(greatest: MoneyTotal(picos: 50)).ticks.count == 6)
        #expect(ChartScale(greatest: .zero).ticks.map(\.picos) == [0, 1])
        #expect(ChartScale(greatest: MoneyTotal(picos: -5)).top == 1)
    }

    @Test("every scale has at most five steps of 1, 2 or 5 times a power of ten")
    func steps() {
        let random = SeededRandom(seed: 0x5CA1)
        for _ in 0..<2_000 {
            let shift = random.next(below: 126)
            let greatest = (Int128(random.next() >> 1) << 64 | Int128(random.next())) >> Int128(shift)
            let scale = ChartScale(greatest: MoneyTotal(picos: greatest))
            #expect((2...6).contains(scale.ticks.count), "\(greatest), seed \(random.seed)")
            let digits = String(scale.step)
            #expect(
                ["1", "2", "5"].contains(digits.prefix(1)) && digits.dropFirst().allSatisfy { $0 == "0" })
        }
    }

    @Test("lengths grow with amounts, from nothing to the whole axis, and never beyond")
    func lengths() {
        let random = SeededRandom(seed: 0x1E46)
        for _ in 0..<500 {
            let greatest = Int128(random.next()) << Int128(random.next(below: 60))
            let scale = ChartScale(greatest: MoneyTotal(picos: greatest))
            var last = 0
            for part in Int128(0)...20 {
                let length = scale.length(of: MoneyTotal(picos: greatest / 20 * part), on: 3_000)
                #expect(length >= last && length <= 3_000, "seed \(random.seed)")
                last = length
            }
            #expect(scale.length(of: MoneyTotal(picos: scale.top), on: 3_000) == 3_000)
            #expect(scale.length(of: MoneyTotal(picos: -greatest), on: 3_000) == 0)
        }
        #expect(ChartScale(greatest: MoneyTotal(picos: .max)).length(of: MoneyTotal(picos: .max), on: 9) == 9)
    }
}
