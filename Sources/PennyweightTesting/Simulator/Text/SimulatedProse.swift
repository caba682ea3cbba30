internal import PennyweightTime

/// Plausible English that depends on nothing but a random source.
struct SimulatedProse {
    private static let openings = [
        "In short", "In practice", "As a rule", "Most of the time", "For a start", "Seen from afar",
        "On a good day", "By and large",
    ]
    private static let adjectives = [
        "quiet", "careful", "small", "plain", "sturdy", "curious", "patient", "bright", "honest", "naïve",
        "modest", "early",
    ]
    private static let nouns = [
        "ledger", "harbour", "lantern", "baker", "river", "compass", "garden", "letter", "café", "clock",
        "traveller", "bridge", "orchard", "engine", "map", "library",
    ]
    private static let verbs = [
        "keeps", "follows", "measures", "carries", "explains", "repairs", "finds", "weighs", "remembers",
        "answers", "opens", "outlasts",
    ]
    private static let endings = [
        "before the rain", "without a word", "at a fair price", "in 12 steps", "twice a day", "one by one",
        "with great care", "for 365 days", "when asked", "to the last penny",
    ]

    private let random: any RandomSource

    init(random: any RandomSource) {
        self.random = random
    }

    /// Two to seven sentences.
    func answer() -> String {
        let count = 2 + Int(random.next(below: 6))
        return (0..<count).map { _ in sentence() }.joined(separator: " ")
    }

    /// One sentence with its full stop.
    func sentence() -> String {
        switch random.next(below: 3) {
        case 0: "\(pick(SimulatedProse.openings)), the \(thing()) \(action())."
        case 1: "The \(thing()) \(action()), and the \(pick(SimulatedProse.nouns)) \(action())."
        default: "A \(pick(SimulatedProse.nouns)) that \(action()) is a \(thing())."
        }
    }

    /// One noun.
    func word() -> String { pick(SimulatedProse.nouns) }

    private func thing() -> String { "\(pick(SimulatedProse.adjectives)) \(pick(SimulatedProse.nouns))" }

    private func action() -> String {
        "\(pick(SimulatedProse.verbs)) the \(pick(SimulatedProse.nouns)) \(pick(SimulatedProse.endings))"
    }

    private func pick(_ words: [String]) -> String {
        words[Int(random.next(below: UInt64(words.count)))]
    }
}
