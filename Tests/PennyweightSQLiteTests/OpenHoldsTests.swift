import PennyweightLedger
import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightSQLite

@Suite("Open holds: remembered, so that settling needn't look them up, and never wrongly")
struct OpenHoldsTests {
    private let make = LineMaker(seed: 21)

    private func found(_ row: Int64) -> HoldToSettle {
        HoldToSettle(make.hold(), row: row, call: row, subject: 1, tags: [])
    }

    @Test("a hold that was noted is found once") func once() {
        var holds = OpenHolds()
        let hold = found(7)
        holds.note(hold)
        holds.keep()
        holds.end(isCommitted: true)
        #expect(holds.take(hold.id)?.row == 7)
        #expect(holds.take(hold.id) == nil)
    }

    @Test("a write that is undone takes back what it noted, and nothing else") func undone() {
        var holds = OpenHolds()
        let (kept, gone) = (found(1), found(2))
        holds.note(kept)
        holds.keep()
        holds.note(gone)
        holds.undo()
        holds.end(isCommitted: true)
        #expect(holds.take(gone.id) == nil)
        #expect(holds.take(kept.id)?.row == 1)
    }

    @Test("a batch that fails takes back all of its own, and nothing of those before") func failed() {
        var holds = OpenHolds()
        let (before, first, second) = (found(1), found(2), found(3))
        holds.note(before)
        holds.keep()
        holds.end(isCommitted: true)
        holds.note(first)
        holds.keep()
        holds.note(second)
        holds.keep()
        holds.end(isCommitted: false)
        #expect(holds.take(first.id) == nil)
        #expect(holds.take(second.id) == nil)
        #expect(holds.take(before.id)?.row == 1)
    }

    @Test("holds that nobody settles don't fill the memory") func bounded() {
        var holds = OpenHolds()
        for row in 0..<Int64(OpenHolds.limit) {
            holds.note(found(row))
            holds.keep()
        }
        holds.end(isCommitted: true)
        let last = found(-1)
        holds.note(last)
        #expect(holds.count == 1)
        #expect(holds.take(last.id)?.row == -1)
    }
}
