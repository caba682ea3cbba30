import Testing

@testable import PennyweightLedger

@Suite("Rates")
struct RatesTests {
    @Test("a variant takes its own price before the general one")
    func variants() {
        let rates = PriceFixture.rates([.init(.image): 1, .init(.image, variant: "hd"): 2])
        #expect(rates.amount(of: .image, variant: "hd")?.picos == 2)
        #expect(rates.amount(of: .image, variant: "low")?.picos == 1)
        #expect(rates.amount(of: .image) == nil)
        #expect(rates.greatest(of: .image, variant: nil)?.picos == 2)
        #expect(rates.amount(of: .search) == nil)
    }

    @Test("a unit without a variant has a price if all its variants cost the same")
    func sameVariants() {
        let rates = PriceFixture.rates([.init(.image, variant: "a"): 3, .init(.image, variant: "b"): 3])
        #expect(rates.amount(of: .image)?.picos == 3)
        #expect(rates.amount(of: .image, variant: "c") == nil)
    }

    @Test("tokens are charged without a variant, and bounded with it")
    func tokenVariants() {
        let rates = PriceFixture.rates([
            .init(.cacheWriteToken): 5, .init(.cacheWriteToken, variant: "12h"): 10, .init(.outputToken): 7,
        ])
        #expect(rates.amount(of: .cacheWriteToken)?.picos == 5)
        #expect(rates.amount(of: .cacheWriteToken, variant: "12h")?.picos == 5)
        #expect(rates.greatest(of: Unit.inputSide)?.picos == 10)
        #expect(rates.amount(of: .reasoningToken)?.picos == 7)
        #expect(rates.amount(of: .audioOutputToken) == nil)
        let onlyVariant = PriceFixture.rates([.init(.cachedInputToken, variant: "audio"): 1])
        #expect(onlyVariant.amount(of: .cachedInputToken) == nil)
    }

    @Test("every class of tokens is on exactly one side")
    func sides() {
        #expect(Unit.inputSide.isDisjoint(with: Unit.outputSide))
        #expect(Unit.inputSide.union(Unit.outputSide) == Set(Unit.allCases.filter(\.isToken)))
    }
}
