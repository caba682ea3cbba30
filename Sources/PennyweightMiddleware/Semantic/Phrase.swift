/// The part of a request that may be said in other words, and everything else of it.
public struct Phrase: Sendable, Hashable {
    /// What the user said last.
    public var text: String
    /// The body with an empty text in its place.
    public var frame: [UInt8]

    public init(text: String, frame: [UInt8]) {
        self.text = text
        self.frame = frame
    }

    /// The words that other words can't stand for, in their order: those with a digit or a sign that names,
    /// paths, code and formulas have; those in quotes or backticks; those with a capital that don't begin a
    /// sentence; and English words that negate, compare or order.
    ///
    /// Two texts that differ in them are never taken for each other, however close their vectors are: "in
    /// 2019" and "in 2020", "is" and "isn't", "from Paris to Rome" and "from Rome to Paris".
    public var exactWords: [String] {
        var words = Phrase.quoted(in: text)
        var beginsSentence = true
        for part in text.split(whereSeparator: \.isWhitespace) {
            let isName = !beginsSentence && part.contains(where: \.isUppercase) && !Phrase.isPronoun(part)
            beginsSentence = part.last.map { ".!?:".contains($0) } ?? true
            let word = part.drop(while: Phrase.isEdge)
            let bare = String(word.reversed().drop(while: Phrase.isEdge).reversed()).lowercased()
            // Signs alone say nothing exact, if they are a sentence's own.
            guard !bare.isEmpty else { continue }
            if isName || bare.contains(where: Phrase.isExact) || Phrase.isTurning(bare) { words.append(bare) }
        }
        return words
    }

    private static let edges: Set<Character> = [
        ".", ",", ";", ":", "!", "?", "(", ")", "\"", "'", "`", "…", "“", "”", "‘", "’", "«", "»",
    ]
    private static let signs: Set<Character> = [
        "@", "/", "\\", "_", "=", "<", ">", "{", "}", "[", "]", "#", "$", "%", "^", "&", "*", "+", "|", "~",
        "€", "£", "°",
    ]
    private static let turns: Set<String> = [
        "no", "not", "never", "none", "nobody", "nothing", "nor", "neither", "without", "cannot", "cant",
        "dont", "doesnt", "isnt", "wont", "except", "unless", "least", "most", "more", "less", "before",
        "after", "above", "below", "over", "under", "min", "max", "minimum", "maximum", "first", "last",
    ]

    /// True for the English "I", also as "I'm" or "I'd": the one word that has a capital and names nothing.
    private static func isPronoun(_ word: Substring) -> Bool {
        word == "I" || word.hasPrefix("I'") || word.hasPrefix("I’")
    }

    private static func isEdge(_ character: Character) -> Bool { edges.contains(character) }

    private static func isExact(_ character: Character) -> Bool {
        character.isNumber || signs.contains(character)
    }

    /// True for a word that turns a sentence's meaning around.
    private static func isTurning(_ word: String) -> Bool {
        turns.contains(word) || word.hasSuffix("n't") || word.hasSuffix("n’t")
    }

    /// What stands between two double quotes or backticks.
    private static func quoted(in text: String) -> [String] {
        var found: [String] = []
        for pair in [("\"", "\""), ("`", "`"), ("“", "”"), ("«", "»")] as [(Character, Character)] {
            var rest = text[...]
            while let start = rest.firstIndex(of: pair.0) {
                rest = rest[rest.index(after: start)...]
                guard let end = rest.firstIndex(of: pair.1) else { break }
                found.append("\"" + rest[..<end])
                rest = rest[rest.index(after: end)...]
            }
        }
        return found
    }
}
