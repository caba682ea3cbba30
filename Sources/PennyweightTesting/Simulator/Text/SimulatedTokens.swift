/// Cuts text into tokens as a provider would, roughly: a word of up to eight letters with the space before
/// it, three digits, a run of white space, or one other character. The tokens joined are the text.
enum SimulatedTokens {
    /// The number of tokens in a text.
    static func count(_ text: String) -> Int64 {
        count(Array(text.utf8))
    }

    /// The number of tokens in UTF-8 text.
    static func count(_ bytes: [UInt8]) -> Int64 {
        var count: Int64 = 0
        var position = 0
        while position < bytes.count {
            position = end(ofTokenAt: position, in: bytes)
            count += 1
        }
        return count
    }

    /// The tokens of a text in order.
    static func cut(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        var tokens: [String] = []
        var position = 0
        while position < bytes.count {
            let end = end(ofTokenAt: position, in: bytes)
            tokens.append(String(decoding: bytes[position..<end], as: UTF8.self))
            position = end
        }
        return tokens
    }

    private static func end(ofTokenAt start: Int, in bytes: [UInt8]) -> Int {
        var position = start
        if bytes[position] == UInt8(ascii: " "), position + 1 < bytes.count, isLetter(bytes[position + 1]) {
            position += 1
        }
        let continuesWord = position > 0 && isLetter(bytes[position - 1])
        switch bytes[position] {
        case let byte where isLetter(byte):
            return run(from: position, in: bytes, atMost: continuesWord ? 4 : 8, while: isLetter)
        case let byte where isDigit(byte):
            return run(from: position, in: bytes, atMost: 3, while: isDigit)
        case let byte where isSpace(byte):
            let end = run(from: position, in: bytes, atMost: .max, while: isSpace)
            let leavesSpace = end - position > 1 && end < bytes.count && bytes[end - 1] == UInt8(ascii: " ")
            return leavesSpace ? end - 1 : end
        default:
            return run(from: position + 1, in: bytes, atMost: .max) { $0 & 0xC0 == 0x80 }
        }
    }

    private static func run(
        from start: Int, in bytes: [UInt8], atMost limit: Int, while belongs: (UInt8) -> Bool
    ) -> Int {
        var end = start
        while end < bytes.count, end - start < limit, belongs(bytes[end]) { end += 1 }
        return end
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }
}
