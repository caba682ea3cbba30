/// What the names of models say about each other.
enum ModelName {
    /// True if a name is another one followed by a date or a number of at least four digits: `-2024-08-06`,
    /// `-0613`. `gpt-4o-mini` is no snapshot of `gpt-4o`.
    static func isSnapshot(_ name: String, of model: String) -> Bool {
        guard name.hasPrefix(model), !model.isEmpty else { return false }
        let rest = name.utf8.dropFirst(model.utf8.count)
        let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
        return rest.first == UInt8(ascii: "-") && rest.filter(isDigit).count >= 4
            && rest.allSatisfy { isDigit($0) || $0 == UInt8(ascii: "-") }
    }
}
