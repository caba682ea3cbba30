import PennyweightMiddleware
import Testing

@Suite("ReplayMode, narrowing")
struct ReplayModeNarrowingTests {
    @Test("no wish makes the cache ask or keep more than is configured", arguments: ReplayMode.allCases)
    func never(configured: ReplayMode) {
        for wish in ReplayMode.allCases {
            let mode = configured.narrowing(wish)
            #expect(!mode.goesUpstream || configured.goesUpstream, "\(configured), \(wish)")
            #expect(!mode.records || configured.records, "\(configured), \(wish)")
            #expect(!mode.records || wish.records, "\(configured), \(wish)")
        }
    }

    @Test("where everything is allowed a wish is granted as it is", arguments: ReplayMode.allCases)
    func granted(wish: ReplayMode) {
        #expect(ReplayMode.replayOrRecord.narrowing(wish) == wish)
        #expect(ReplayMode.record.narrowing(wish) == wish)
    }

    @Test(
        "what is not allowed becomes what is closest to it",
        arguments: [
            (ReplayMode.off, ReplayMode.replayOrRecord, ReplayMode.off), (.off, .record, .off),
            (.off, .replayOrLive, .off), (.off, .replayOrError, .replayOrError), (.off, .mock, .mock),
            (.replayOrLive, .replayOrRecord, .replayOrLive), (.replayOrLive, .record, .off),
            (.replayOrError, .record, .replayOrError), (.replayOrError, .off, .replayOrError),
            (.replayOrMock, .replayOrLive, .replayOrMock), (.mock, .replayOrRecord, .mock),
            (.mock, .replayOrError, .replayOrError),
        ])
    func closest(configured: ReplayMode, wish: ReplayMode, expected: ReplayMode) {
        #expect(configured.narrowing(wish) == expected)
    }
}
