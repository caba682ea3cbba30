internal import HTTPTypes
internal import PennyweightTime

/// What an answer says about trying again.
struct RetryAdvice: Sendable, Hashable {
    /// `x-should-retry`, which goes before the status; nil if the answer doesn't say.
    var shouldRetry: Bool?
    /// How long to wait; nil if the answer doesn't say, or names a point that has passed.
    var wait: Duration?

    /// Reads `x-should-retry`, `retry-after-ms` and `Retry-After` (RFC 9110 section 10.2.3: seconds or a
    /// date), in this order, as OpenAI's clients do. What can't be read says nothing.
    init(_ fields: HTTPFields, now: Timestamp) {
        switch fields[.xShouldRetry] {
        case "true": shouldRetry = true
        case "false": shouldRetry = false
        default: shouldRetry = nil
        }
        if let text = fields[.retryAfterMilliseconds],
            let wait = Duration(decimal: text, unit: .milliseconds(1))
        {
            self.wait = wait
        } else if let text = fields[.retryAfter] {
            wait = Duration(decimal: text, unit: .seconds(1)) ?? HTTPDate.timestamp(text).map { $0 - now }
        }
        if let wait, wait <= .zero { self.wait = nil }
    }
}

extension HTTPField.Name {
    static var xShouldRetry: Self { HTTPField.Name("x-should-retry") ?? .retryAfter }
    static var retryAfterMilliseconds: Self { HTTPField.Name("retry-after-ms") ?? .retryAfter }
}

extension Duration {
    /// Reads `digits[.digits]` of a unit, exactly to the nanosecond; nil for anything else. Saturates at a
    /// year.
    init?(decimal text: String, unit: Duration) {
        let parts = text.utf8.split(
            separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty, parts.count == 1 || !parts[1].isEmpty else {
            return nil
        }
        let most = Duration.seconds(366 * 86_400)
        var sum = Duration.zero
        for digit in whole {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            sum = min(most, sum * 10 + unit * Int(digit - UInt8(ascii: "0")))
        }
        var place = unit
        for digit in parts.dropFirst().joined() {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            place = place / 10
            sum += place * Int(digit - UInt8(ascii: "0"))
        }
        self = sum
    }
}
