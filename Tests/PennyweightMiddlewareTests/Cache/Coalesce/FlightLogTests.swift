import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightMiddleware

@Suite("The log of a flight")
struct FlightLogTests {
    private func chunk(_ byte: Int, count: Int = 10) -> [UInt8] {
        Array(repeating: UInt8(truncatingIfNeeded: byte), count: count)
    }

    @Test("within its bound it is kept whole, for everyone")
    func whole() {
        var log = FlightLog()
        for number in 0..<10 { log.append(chunk(number), limit: 100) { 10 } }
        #expect(log.isWhole)
        #expect(log.byteCount == 100)
        #expect(log.piece(at: 0) == .chunk(chunk(0)))
        #expect(log.piece(at: 10) == .ahead)
    }

    @Test("past its bound, what all have read goes first, and what is left stays readable")
    func trims() {
        var log = FlightLog()
        for number in 0..<10 { log.append(chunk(number), limit: 100) { 0 } }
        log.append(chunk(10), limit: 100) { 7 }
        #expect(!log.isWhole)
        #expect(log.byteCount == 40)
        #expect(log.piece(at: 6) == .gone)
        #expect(log.piece(at: 7) == .chunk(chunk(7)))
        #expect(log.piece(at: 10) == .chunk(chunk(10)))
        log.append(chunk(11), limit: 100) { 11 }
        #expect(log.byteCount == 10)
    }

    @Test("one that has fallen behind by more than the bound loses the oldest, never the newest")
    func laggard() {
        var log = FlightLog()
        for number in 0..<20 { log.append(chunk(number), limit: 100) { 3 } }
        #expect(log.byteCount == 100)
        #expect(log.piece(at: 9) == .gone)
        log.append(chunk(20, count: 1_000), limit: 100) { 3 }
        #expect(log.piece(at: 19) == .gone)
        #expect(log.piece(at: 20) == .chunk(chunk(20, count: 1_000)))
    }

    @Test("a first chunk beyond the bound can be read by who is there")
    func largeStart() {
        var log = FlightLog()
        log.append(chunk(1, count: 500), limit: 100) { nil }
        #expect(log.isWhole)
        log.append(chunk(2), limit: 100) { nil }
        #expect(!log.isWhole)
        #expect(log.byteCount == 10)
    }

    @Test("nothing is ever skipped: a reader gets the next chunk, waits, or is told", arguments: 0..<50)
    func noGaps(seed: UInt64) {
        let random = SeededRandom(seed: seed)
        var log = FlightLog()
        var positions = [0, 0, 0]
        var lost: Set<Int> = []
        var appended = 0
        for _ in 0..<400 {
            let reader = Int(random.next(below: 4))
            guard reader < 3 else {
                let active = positions.enumerated().filter { !lost.contains($0.offset) }.map(\.element)
                log.append(chunk(appended, count: Int(random.next(below: 30)) + 1), limit: 100) {
                    active.min()
                }
                appended += 1
                #expect(log.byteCount <= 100 + 30)
                continue
            }
            switch log.piece(at: positions[reader]) {
            case .chunk(let bytes):
                #expect(bytes.first == UInt8(truncatingIfNeeded: positions[reader]))
                positions[reader] += 1
            case .ahead: #expect(positions[reader] == appended)
            case .gone: lost.insert(reader)
            }
        }
    }
}
