import PennyweightLedger
import PennyweightTime

/// A price that has everything: context tiers, service tiers, variants and fees. Amounts are picos per unit.
enum PriceFixture {
    static let whole = price(
        [
            .init(.inputToken): 100, .init(.cachedInputToken): 10, .init(.cacheWriteToken): 125,
            .init(.cachedInputToken, variant: "audio"): 40, .init(.audioInputToken): 300,
            .init(.outputToken): 500, .init(.audioOutputToken): 900, .init(.search): 10_000,
            .init(.image, variant: "high/1024x1024"): 70_000, .init(.image): 40_000,
            .init(.videoSecond, variant: "720p"): 5_000, .init(.videoSecond, variant: "1080p"): 9_000,
        ],
        contextTiers: [
            ContextTier(
                aboveInputTokens: 200_000,
                rates: rates([
                    .init(.inputToken): 200, .init(.cachedInputToken): 20, .init(.outputToken): 750,
                ]),
                serviceTiers: ["flex": rates([.init(.inputToken): 100, .init(.outputToken): 375])]),
            ContextTier(
                aboveInputTokens: 400_000, rates: rates([.init(.inputToken): 900, .init(.outputToken): 990])),
        ],
        serviceTiers: [
            "flex": rates([.init(.inputToken): 50, .init(.outputToken): 250]),
            "priority": rates([
                .init(.inputToken): 180, .init(.cachedInputToken): 18, .init(.outputToken): 1_000,
            ]),
        ],
        outputLimit: 16_384)

    static func price(
        _ amounts: [Rates.Key: Int64], contextTiers: [ContextTier] = [], serviceTiers: [String: Rates] = [:],
        included: Set<Unit> = [], offPeak: OffPeak? = nil, outputLimit: Int64? = nil
    ) -> Price {
        Price(
            version: "test/p/m@2026-01-01", effectiveFrom: CalendarDay(daysSinceEpoch: 20_454),
            source: "test",
            retrieved: CalendarDay(daysSinceEpoch: 20_454), rates: rates(amounts), contextTiers: contextTiers,
            serviceTiers: serviceTiers, included: included, offPeak: offPeak, outputLimit: outputLimit)
    }

    static func rates(_ amounts: [Rates.Key: Int64]) -> Rates {
        Rates(amounts.mapValues { Money(picos: $0) })
    }
}
