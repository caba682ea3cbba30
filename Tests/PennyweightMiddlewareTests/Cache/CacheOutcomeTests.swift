import PennyweightMiddleware
import Testing

@Suite("CacheOutcome")
struct CacheOutcomeTests {
    @Test(
        "Cache-Status says what happened, as in RFC 9211",
        arguments: [
            (CacheOutcome(.hit, remaining: .milliseconds(1_999)), "Pennyweight; hit; ttl=1"),
            (CacheOutcome(.miss(.absent)), "Pennyweight; fwd=uri-miss"),
            (CacheOutcome(.miss(.absent), storing: Storing()), "Pennyweight; fwd=uri-miss; stored"),
            (CacheOutcome(.miss(.stale), storing: Storing()), "Pennyweight; fwd=stale; stored"),
            (CacheOutcome(.miss(.request)), "Pennyweight; fwd=request"),
            (CacheOutcome(.miss(.unusable)), "Pennyweight; fwd=miss; detail=unusable"),
            (CacheOutcome(.hit, remaining: .milliseconds(-1)), "Pennyweight; hit; ttl=-1"),
            (CacheOutcome(.hit, remaining: .seconds(-30)), "Pennyweight; hit; ttl=-30"),
            (
                CacheOutcome(.miss(.record), storing: Storing()),
                "Pennyweight; fwd=request; stored; detail=record"
            ),
            (CacheOutcome(.bypass(.off)), "Pennyweight; fwd=bypass; detail=off"),
            (CacheOutcome(.bypass(.method)), "Pennyweight; fwd=method"),
            (CacheOutcome(.bypass(.notDeterministic)), "Pennyweight; fwd=bypass; detail=not-deterministic"),
            (CacheOutcome(.mock, wasForwarded: false), "Pennyweight; detail=mock"),
            (CacheOutcome(.bypass(.noStore)), "Pennyweight; fwd=request; detail=no-store"),
            (
                CacheOutcome(.bypass(.refused(.loneSurrogate))),
                "Pennyweight; fwd=bypass; detail=lone-surrogate"
            ),
        ])
    func header(outcome: CacheOutcome, expected: String) {
        #expect(outcome.headerValue == expected)
    }

    @Test("an answer that stands in for an error says what the provider said, and how stale it is")
    func standIn() {
        var outcome = CacheOutcome(.hit, remaining: .seconds(-30))
        outcome.forwardedStatus = 503
        #expect(outcome.headerValue == "Pennyweight; fwd=stale; fwd-status=503; ttl=-30")
    }

    @Test("a shared answer says so")
    func collapsed() {
        var outcome = CacheOutcome(.miss(.absent))
        outcome.isCollapsed = true
        #expect(outcome.headerValue == "Pennyweight; fwd=uri-miss; collapsed")
        #expect(outcome.label == "coalesced" && CacheOutcome(.miss(.absent)).label == "miss")
    }

    @Test("a refusal says which", arguments: CacheRefusal.allCases)
    func refused(refusal: CacheRefusal) {
        var outcome = CacheOutcome(.miss(.absent), wasForwarded: false)
        outcome.refusal = refusal
        #expect(outcome.headerValue == "Pennyweight; detail=\(refusal.rawValue)")
    }

    @Test("every reason is a token of RFC 9110, so that it needs no quotes")
    func tokens() {
        let reasons =
            CacheOutcome.Miss.allCases.map(\.rawValue) + CanonicalForm.Refusal.allCases.map(\.rawValue)
            + [CacheOutcome.Bypass.notStorable, .streamedRequest, .noStore, .off, .method, .notDeterministic]
            .map(\.label) + CacheRefusal.allCases.map(\.rawValue)
        for reason in reasons {
            #expect(reason.utf8.allSatisfy { $0 == 0x2D || (0x61...0x7A).contains($0) }, "\(reason)")
        }
    }
}
