private import Crypto

/// Comparing what must not be guessed byte by byte.
enum ConstantTime {
    /// True if both are the same. How long it takes tells nothing but how many bytes there are.
    static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for index in left.indices { difference |= left[index] ^ right[index] }
        return difference == 0
    }

    /// True if both texts are the same, told by their digests: not even their lengths show.
    static func areEqual(_ left: String, _ right: String) -> Bool {
        areEqual(digest(left), digest(right))
    }

    private static func digest(_ text: String) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }
}
