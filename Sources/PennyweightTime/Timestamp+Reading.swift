extension Timestamp {
    /// Reads a day (`2026-11-22`, its midnight in UTC) or a time of day with its zone
    /// (`2026-11-22T14:11:00.250Z`, `2026-11-22 14:11:00+01:00`): RFC 3339 section 5.6. Nil for anything
    /// else.
    ///
    /// More than nine decimals are cut. A leap second reads as the second after it.
    public init?(reading text: some StringProtocol) {
        guard let day = CalendarDay(text.prefix(10)) else { return nil }
        var rest = Array(text.utf8.dropFirst(10))[...]
        guard let separator = rest.popFirst() else {
            self = day.start
            return
        }
        guard [UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: " ")].contains(separator),
            let hour = Timestamp.number(&rest, 0...23), Timestamp.skip(":", &rest),
            let minute = Timestamp.number(&rest, 0...59), Timestamp.skip(":", &rest),
            let second = Timestamp.number(&rest, 0...60), let fraction = Timestamp.fraction(&rest),
            let offset = Timestamp.offset(&rest), rest.isEmpty
        else { return nil }
        let seconds = day.start.seconds + hour * 3_600 + minute * 60 + second - offset
        self = Timestamp(seconds: seconds) + .nanoseconds(fraction)
    }

    /// Two digits within a range.
    private static func number(_ rest: inout ArraySlice<UInt8>, _ range: ClosedRange<Int64>) -> Int64? {
        let digits = rest.prefix(2)
        guard digits.count == 2, digits.allSatisfy(isDigit) else { return nil }
        rest = rest.dropFirst(2)
        let value = digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        return range.contains(value) ? value : nil
    }

    private static func skip(_ character: Character, _ rest: inout ArraySlice<UInt8>) -> Bool {
        rest.popFirst() == character.asciiValue
    }

    /// Nanoseconds; 0 without a fraction, nil for a point without digits.
    private static func fraction(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        guard rest.first == UInt8(ascii: ".") else { return 0 }
        let digits = rest.dropFirst().prefix(while: isDigit)
        guard !digits.isEmpty else { return nil }
        rest = rest.dropFirst(digits.count + 1)
        let padded = Array(digits.prefix(9)) + Array(repeating: UInt8(ascii: "0"), count: 9)
        return padded.prefix(9).reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }

    /// Seconds east of UTC.
    private static func offset(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        guard let sign = rest.popFirst() else { return nil }
        if sign == UInt8(ascii: "Z") || sign == UInt8(ascii: "z") { return 0 }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), let hours = number(&rest, 0...23),
            skip(":", &rest), let minutes = number(&rest, 0...59)
        else { return nil }
        return (hours * 3_600 + minutes * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
