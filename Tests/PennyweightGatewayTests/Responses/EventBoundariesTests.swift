import PennyweightTesting
import PennyweightTime
import Testing

@testable import PennyweightGateway

@Suite struct EventBoundariesTests {
    @Test("only whole events pass, however the stream is cut", arguments: ["\n", "\r\n", "\r"])
    func everyCut(lineEnd: String) {
        let events = ["data: {\"a\":1}", ": comment", "event: x\(lineEnd)data: é\u{2028}\(lineEnd)data: z"]
            .map { $0 + lineEnd + lineEnd }
        let done = "data: [DONE]\(lineEnd)\(lineEnd)"
        let stream = Array((events.joined() + done).utf8)
        for cut in 0...stream.count {
            var boundaries = EventBoundaries()
            var passed: [UInt8] = []
            var end: [UInt8]?
            for chunk in [stream[..<cut], stream[cut...]] where end == nil {
                let passage = boundaries.consume(Array(chunk))
                passed += passage.events
                end = passage.done
            }
            #expect(strip(passed) == strip(Array(events.joined().utf8)), "cut at \(cut)")
            #expect(end.map(strip) == strip(Array("data: [DONE]".utf8)), "cut at \(cut)")
        }
    }

    @Test("byte by byte, nothing passes before its event is whole")
    func byteByByte() {
        var boundaries = EventBoundaries()
        let event = Array("data: 12\n\n".utf8)
        for byte in event.dropLast() { #expect(boundaries.consume([byte]).events.isEmpty) }
        #expect(boundaries.heldCount == event.count - 1)
        #expect(boundaries.consume([event.last!]).events == event)
        #expect(boundaries.heldCount == 0)
    }

    @Test("random cuts into many chunks lose and reorder nothing")
    func randomCuts() {
        let random = SeededRandom(seed: 20_261_122)
        let text = (0..<40).map { "data: {\"n\":\($0)}\($0 % 3 == 0 ? "\r\n\r\n" : "\n\n")" }.joined()
        for _ in 0..<200 {
            var rest = Array(text.utf8)[...]
            var boundaries = EventBoundaries()
            var passed: [UInt8] = []
            while !rest.isEmpty {
                let count = Int(random.next(below: 17)) + 1
                let before = passed.count
                passed += boundaries.consume(Array(rest.prefix(count))).events
                #expect(passed.count == before || passed.last == 0x0A || passed.last == 0x0D)
                rest = rest.dropFirst(count)
            }
            let isWhole = passed == Array(text.utf8)
            #expect(isWhole && boundaries.heldCount == 0, "seed \(random.seed)")
        }
    }

    @Test("text that only looks like the terminal event is an event like any other")
    func almostDone() {
        var boundaries = EventBoundaries()
        let almost = "data: [DONE] \n\nevent: x\ndata: [DONE]\n\n"
        let passage = boundaries.consume(Array(almost.utf8))
        #expect(passage == EventBoundaries.Passage(events: Array(almost.utf8), done: nil))
    }

    private func strip(_ bytes: [UInt8]) -> [UInt8] {
        // A cut between CR and LF puts the LF before the next event, where it is an empty line.
        bytes.filter { $0 != 0x0A && $0 != 0x0D }
    }
}
