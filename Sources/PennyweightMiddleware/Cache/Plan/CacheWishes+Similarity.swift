extension CacheWishes {
    /// Whether `semantic` was asked for, or another match, which excludes it; nil if nothing was said.
    static func usesSimilar(_ match: String?) -> Bool? {
        match.map { $0.lowercased() == "semantic" }
    }

    /// A cosine from 0 to 1, written like `0.985`.
    static func similarity(_ text: String) throws -> Double {
        let isPlain = text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
        guard isPlain, let number = Double(text), (0...1).contains(number) else {
            throw problem(
                "The header \(ReplayField.similarity.rawValue) must be a number from 0 to 1, like 0.985.",
                with: ReplayField.similarity.rawValue)
        }
        return number
    }
}
