import PennyweightMiddleware
import Testing

@Suite("CacheOutcome")
struct CacheOutcomeTests {
    @Test(
        "Cache-Status says what happened, as in RFC 9211",
        arguments: [
            (CacheOutcome(.hit, remaining: .milliseconds(1_999)), "Pennyweight; hit; ttl=1"),
            (CacheOutcome(.miss(.absent)), "Pennyweight; fwd=miss"),
            (CacheOutcome(.miss(.absent), storing: Storing()), "Pennyweight; fwd=miss; stored"),
            (CacheOutcome(.miss(.stale), storing: Storing()), "Pennyweight; fwd=stale; stored"),
            (CacheOutcome(.miss(.request)), "Pennyweight; fwd=request"),
            (CacheOutcome(.miss(.unusable)), "Pennyweight; fwd=miss; detail=unusable"),
            (CacheOutcome(.miss(.absent), wasForwarded: false), "Pennyweight; detail=only-if-cached"),
            (CacheOutcome(.bypass(.noStore)), "Pennyweight; fwd=request; detail=no-store"),
            (
                CacheOutcome(.bypass(.refused(.loneSurrogate))),
                "Pennyweight; fwd=bypass; detail=lone-surrogate"
            ),
        ])
    func header(outcome: CacheOutcome, expected: String) {
        #expect(outcome.headerValue == expected)
    }

    @Test("every reason is a token of RFC 9110, so that it needs no quotes")
    func tokens() {
        let reasons =
            CacheOutcome.Miss.allCases.map(\.rawValue) + CanonicalForm.Refusal.allCases.map(\.rawValue)
            + [CacheOutcome.Bypass.notStorable, .streamedRequest, .noStore].map(\.label)
        for reason in reasons {
            #expect(reason.utf8.allSatisfy { $0 == 0x2D || (0x61...0x7A).contains($0) }, "\(reason)")
        }
    }
}
