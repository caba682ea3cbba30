public import PennyweightPipeline

/// Where the bytes of images are kept, each once, under their SHA-256. It knows no entries and no policy.
///
/// Stores are disposable and bounded in bytes: what was not used for longest goes first. Nothing is ever held
/// in memory as a whole unless its caller asks for that: a video of some hundred megabytes is put and read
/// chunk by chunk. Processes may share a store. What a store throws never ends a call.
public protocol MediaStore: Sendable {
    /// Reads content to its end and keeps it; content that is there already is kept once, and counts as
    /// used.
    ///
    /// Nothing is kept if the reader throws, which this throws then, or if the task is cancelled. Throws a
    /// `Failure` `bodyTooLarge` for content larger than the whole store may be, and `storage` if it can't be
    /// written.
    func put(_ content: any BodyReader) async throws -> Media

    /// What is kept under a digest; nil if nothing is. It counts as used.
    ///
    /// Content that is not what its digest says is removed, and nil.
    func find(_ digest: MediaDigest) async throws -> Media?

    /// The content under a digest, or the bytes of it in a range that lies within; nil if it is not kept.
    ///
    /// What is removed while it is read is read to its end all the same.
    func content(of digest: MediaDigest, in range: Range<Int64>?) async throws -> Body?

    /// Removes what is kept under a digest, if it is there.
    func remove(_ digest: MediaDigest) async throws

    /// Removes everything.
    func removeAll() async throws

    /// Counts what is kept, as a tier of the cache: ``CacheStatistics/Tier/entries`` are contents.
    func statistics() async throws -> CacheStatistics.Tier
}

extension MediaStore {
    /// Keeps bytes in memory.
    public func put(_ bytes: [UInt8]) async throws -> Media {
        try await put(Body(bytes).makeReader())
    }

    /// The whole content under a digest, compared with it once more; nil if it is not kept, or is something
    /// else, which is removed. Throws a `Failure` `bodyTooLarge` if it has more than `limit` bytes.
    public func bytes(of digest: MediaDigest, upTo limit: Int) async throws -> [UInt8]? {
        guard let body = try await content(of: digest, in: nil) else { return nil }
        let bytes = try await body.collect(upTo: limit)
        guard MediaDigest(of: bytes) == digest else {
            try await remove(digest)
            return nil
        }
        return bytes
    }
}
