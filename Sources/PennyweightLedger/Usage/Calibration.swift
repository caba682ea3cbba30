/// How many characters of text one token of a model's answers stands for, learned from exact lines.
///
/// A value of integers: the ratio is a fraction and never a floating-point number. Reasoning and rejected
/// predictions are not seen as text, so their tokens don't count.
///
/// ```swift
/// var calibration = Calibration(provider: "openai", model: "gpt-4o-mini")
/// calibration.add(characters: 4_100, tokens: 1_000)
/// print(calibration.ratioText)  // 4.1
/// ```
public struct Calibration: Sendable, Hashable {
    /// The provider's name: `openai`.
    public let provider: String
    /// The model that ran.
    public let model: String
    /// How many answers it was learned from.
    public private(set) var samples: Int64 = 0
    /// Of all these answers together.
    public private(set) var characters: Int64 = 0
    /// Of all these answers together.
    public private(set) var tokens: Int64 = 0
    /// The most characters a token that one answer had; nil without samples.
    public private(set) var greatest: Ratio?
    /// The fewest characters a token that one answer had; nil without samples.
    public private(set) var least: Ratio?

    public init(provider: String, model: String) {
        self.provider = provider
        self.model = model
    }

    /// Restores what a ledger kept; nil if the figures don't belong together.
    public init?(
        provider: String, model: String, samples: Int64, characters: Int64, tokens: Int64, greatest: Ratio,
        least: Ratio
    ) {
        guard samples > 0, let all = Ratio(characters: characters, tokens: tokens), least <= greatest,
            least <= all, all <= greatest
        else { return nil }
        self.init(provider: provider, model: model)
        self.samples = samples
        self.characters = characters
        self.tokens = tokens
        self.greatest = greatest
        self.least = least
    }

    /// Learns from one answer. Counts that are not positive, or that would overflow the sums, teach nothing.
    public mutating func add(characters: Int64, tokens: Int64) {
        guard let ratio = Ratio(characters: characters, tokens: tokens) else { return }
        add(samples: 1, characters: characters, tokens: tokens, greatest: ratio, least: ratio)
    }

    /// Learns what another calibration of the same model knows.
    public mutating func add(_ other: Calibration) {
        guard let greatest = other.greatest, let least = other.least else { return }
        add(
            samples: other.samples, characters: other.characters, tokens: other.tokens, greatest: greatest,
            least: least)
    }

    /// Characters a token over all answers, cut after one decimal: `4.1`; `0` without samples.
    public var ratioText: String {
        guard tokens > 0 else { return "0" }
        let tenths = Int128(characters) * 10 / Int128(tokens)
        return "\(tenths / 10).\(tenths % 10)"
    }

    private mutating func add(
        samples: Int64, characters: Int64, tokens: Int64, greatest: Ratio, least: Ratio
    ) {
        let sums = [
            self.samples.addingReportingOverflow(samples),
            self.characters.addingReportingOverflow(characters),
            self.tokens.addingReportingOverflow(tokens),
        ]
        guard sums.allSatisfy({ !$0.overflow }) else { return }
        (self.samples, self.characters, self.tokens) = (
            sums[0].partialValue, sums[1].partialValue, sums[2].partialValue
        )
        self.greatest = max(self.greatest ?? greatest, greatest)
        self.least = min(self.least ?? least, least)
    }
}

extension Calibration {
    /// Characters for a number of tokens: a fraction, compared exactly.
    public struct Ratio: Sendable, Hashable, Comparable {
        public let characters: Int64
        public let tokens: Int64

        /// Nil unless both are positive.
        public init?(characters: Int64, tokens: Int64) {
            guard characters > 0, tokens > 0 else { return nil }
            self.characters = characters
            self.tokens = tokens
        }

        public static func < (left: Ratio, right: Ratio) -> Bool {
            Int128(left.characters) * Int128(right.tokens) < Int128(right.characters) * Int128(left.tokens)
        }
    }
}
