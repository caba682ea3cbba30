internal import PennyweightTime

/// The start of a UTC day or hour, as it is named on a command line and in a report: `2026-11-01`,
/// `2026-11-01T14`, `2026-11-01T14:00Z`, `2026-11-01T14:00:00Z`.
struct ReportPoint: Sendable, Hashable {
    let time: Timestamp

    /// Nil for anything else: a report is made of whole hours of UTC.
    init?(_ text: some StringProtocol) {
        guard let day = CalendarDay(text.prefix(10)) else { return nil }
        let rest = Array(text.dropFirst(10).utf8)
        guard !rest.isEmpty else {
            time = day.start
            return
        }
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard rest.count >= 3, rest[0] == UInt8(ascii: "T") || rest[0] == UInt8(ascii: "t"),
            digits.contains(rest[1]), digits.contains(rest[2])
        else { return nil }
        let hour = Int64(rest[1] - digits.lowerBound) * 10 + Int64(rest[2] - digits.lowerBound)
        let ending = String(decoding: rest.dropFirst(3), as: UTF8.self).uppercased()
        guard hour < 24, ["", "Z", ":00Z", ":00:00Z", ":00:00.000Z"].contains(ending) else { return nil }
        time = day.start + .seconds(hour * 3_600)
    }
}
