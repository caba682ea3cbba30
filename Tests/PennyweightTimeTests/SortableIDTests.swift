import PennyweightTesting
import PennyweightTime
import Testing

@Suite("SortableID")
struct SortableIDTests {
    private let random = SeededRandom(seed: 0x1D)

    @Test("is a UUID of version 7 with the time in front")
    func layout() {
        let time = ManualTime(at: Timestamp(nanoseconds: 0x0123_4567_89AB * 1_000_000))
        let id = SortableID(time: time, random: random)
        let text = Array(id.description)
        #expect(id.description.hasPrefix("01234567-89ab-7"))
        #expect(text.count == 36)
        #expect("89ab".contains(text[19]))
    }

    @Test("a later millisecond sorts later, as value, as text and as bytes")
    func order() {
        let time = ManualTime()
        var ids: [SortableID] = []
        for _ in 0..<200 {
            ids.append(SortableID(time: time, random: random))
            time.advance(by: .milliseconds(1))
        }
        for (earlier, later) in zip(ids, ids.dropFirst()) {
            #expect(earlier < later)
            #expect(earlier.description < later.description)
            #expect(earlier.bytes.lexicographicallyPrecedes(later.bytes))
        }
    }

    @Test("text and bytes read back what was written")
    func roundTrip() {
        for _ in 0..<2_000 {
            let id = SortableID(high: random.next(), low: random.next())
            #expect(SortableID(id.description) == id, "seed \(random.seed)")
            #expect(SortableID(id.description.uppercased()) == id, "seed \(random.seed)")
            #expect(SortableID(bytes: id.bytes) == id, "seed \(random.seed)")
        }
    }

    @Test(
        "other text is refused",
        arguments: [
            "", "0123", "01234567-89ab-7def-8123-456789abcde", "01234567-89ab-7def-8123-456789abcdef0",
            "01234567_89ab-7def-8123-456789abcdef", "01234567-89ab-7def-8123-456789abcdeg",
            "0123456789ab-7def-8123-456789abcdef-", "0123456-789ab-7def-8123-456789abcdef",
            "01234567-89ab-7def-8123-456789abcdé", " 1234567-89ab-7def-8123-456789abcdef",
        ])
    func refused(text: String) {
        #expect(SortableID(text) == nil)
    }

    @Test("another count of bytes is refused")
    func bytes() {
        #expect(SortableID(bytes: [UInt8](repeating: 1, count: 15)) == nil)
        #expect(SortableID(bytes: [UInt8](repeating: 1, count: 17)) == nil)
        #expect(SortableID(bytes: [UInt8]()) == nil)
    }

    @Test("a clock before 1970 gives a time of zero, not a wrap")
    func early() {
        let time = ManualTime(at: Timestamp(seconds: -1))
        #expect(SortableID(time: time, random: random).description.hasPrefix("00000000-0000-7"))
    }
}
