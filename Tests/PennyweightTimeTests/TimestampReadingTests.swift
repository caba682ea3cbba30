import PennyweightTime
import Testing

@Suite struct TimestampReadingTests {
    @Test(
        "RFC 3339 texts are read",
        arguments: [
            ("1970-01-01", 0), ("1970-01-02", 86_400_000_000_000), ("1970-01-01T00:00:00Z", 0),
            ("1970-01-01t00:00:01z", 1_000_000_000), ("1970-01-01 01:00:00+01:00", 0),
            ("1969-12-31T23:30:00-00:30", 0), ("1970-01-01T00:00:00.5Z", 500_000_000),
            ("1970-01-01T00:00:00.123456789123Z", 123_456_789),
            ("2026-11-22T14:11:00.250Z", 1_795_356_660_250_000_000),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000_000_000),
        ])
    func read(text: String, nanoseconds: Int64) {
        #expect(Timestamp(reading: text)?.nanoseconds == nanoseconds)
    }

    @Test(
        "everything else is refused",
        arguments: [
            "", "now", "2026", "2026-11", "2026-13-01", "2026-02-30", "2026-11-22T", "2026-11-22T14",
            "2026-11-22T14:11", "2026-11-22T14:11:00", "2026-11-22T24:00:00Z", "2026-11-22T14:60:00Z",
            "2026-11-22T14:11:61Z", "2026-11-22T14:11:00.Z", "2026-11-22T14:11:00,5Z",
            "2026-11-22T14:11:00Zx", "2026-11-22T14:11:00+1:00", "2026-11-22T14:11:00+24:00",
            "2026-11-22_14:11:00Z", " 2026-11-22", "2026-11-22 ", "1795356660",
        ])
    func refused(text: String) {
        #expect(Timestamp(reading: text) == nil)
    }

    @Test("a time's own text reads back")
    func roundTrip() {
        for milliseconds in [Int64(0), 1, 999, 1_795_356_660_250, 253_402_300_799] {
            let time = Timestamp(nanoseconds: milliseconds * 1_000_000)
            #expect(Timestamp(reading: time.text) == time)
        }
    }
}
