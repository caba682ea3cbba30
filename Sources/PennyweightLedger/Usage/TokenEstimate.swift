/// How many tokens the text that was seen of an answer stands for, by what is known of its model.
///
/// An estimate, and it says so: it never makes a cost exact.
public struct TokenEstimate: Sendable, Hashable {
    /// With fewer answers than this nothing is said about the least.
    public static let leastSamples: Int64 = 10

    /// What it most likely is: characters seen, by the ratio of all answers together.
    public let likelyTokens: Int64
    /// What it hardly is below: characters seen, by twice the greatest ratio that was ever seen. Zero with
    /// fewer than ``leastSamples`` answers.
    public let leastTokens: Int64
    private let calibration: Calibration

    /// Nil if the calibration knows nothing yet, or nothing was seen.
    public init?(characters: Int64, calibration: Calibration) {
        guard characters > 0, calibration.tokens > 0, let greatest = calibration.greatest else { return nil }
        let likely = Int128(characters) * Int128(calibration.tokens) / Int128(calibration.characters)
        let least = Int128(characters) * Int128(greatest.tokens) / (2 * Int128(greatest.characters))
        likelyTokens = Int64(clamping: likely)
        leastTokens = calibration.samples < TokenEstimate.leastSamples ? 0 : Int64(clamping: least)
        self.calibration = calibration
    }

    /// What the least number of tokens costs at the cheapest rate that the price has for generated text, in
    /// any tier and at any hour; zero if it has none.
    public func leastCost(at price: Price) -> Money {
        let tables =
            [price.rates] + [price.offPeak?.rates].compactMap(\.self) + price.serviceTiers.values
            + price.contextTiers.flatMap { [$0.rates] + $0.serviceTiers.values }
        // A table without a rate for text may stand for an answer in other tokens: nothing is known then.
        let rates = tables.map { $0.amount(of: .outputToken) ?? .zero }
        guard let least = rates.min(), least > .zero else { return .zero }
        return (try? least.times(leastTokens)) ?? .zero
    }

    /// `about 1,240 output tokens by 4.1 characters a token over 57 answers of gpt-4o-mini`.
    public var text: String {
        "about \(TokenEstimate.grouped(likelyTokens)) output tokens by \(calibration.ratioText) characters "
            + "a token over \(TokenEstimate.grouped(calibration.samples)) answers of \(calibration.model)"
    }

    /// Digits in groups of three: `1,240`.
    private static func grouped(_ count: Int64) -> String {
        let digits = Array(String(count))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }
}
