private import Crypto

/// Where vectors are looked for: those of two partitions never meet.
///
/// The digest covers everything of a call that has to be equal: all that its cache key covers, with the body
/// but for the text that may be said in other words, that text's exact parts (``Phrase/exactWords``), and
/// which model made the vectors.
public struct VectorPartition: Sendable, Hashable {
    public let digest: CacheKey
    /// How many numbers its vectors have.
    public let dimensions: Int

    public init(digest: CacheKey, dimensions: Int) {
        self.digest = digest
        self.dimensions = dimensions
    }

    /// The partition of a call. `fields` are those of its key; `frame` is the SHA-256 of its canonical body
    /// without the text.
    init(
        fields: CacheKey.Fields, frame: [UInt8], exactWords: [String], asked: String, ran: String?,
        dimensions: Int
    ) {
        var fields = fields
        fields.canonicalDigest = frame
        var hash = SHA256()
        let texts = ["pennyweight-semantic/1", asked, ran ?? "", "\(dimensions)", "\(exactWords.count)"]
        let parts = [CacheKey(fields).digest] + (texts + exactWords).map { Array($0.utf8) }
        for part in parts {
            hash.update(data: Array("\(part.count):".utf8))
            hash.update(data: part)
        }
        // A digest of SHA-256 has 32 bytes.
        digest = CacheKey(digest: Array(hash.finalize())) ?? CacheKey(fields)
        self.dimensions = dimensions
    }
}
