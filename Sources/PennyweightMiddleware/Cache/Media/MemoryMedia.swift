public import PennyweightPipeline
private import Synchronization

/// Media in memory, bounded in bytes; what was not used for longest goes first. For tests, and for programs
/// that keep nothing on disk.
public final class MemoryMedia: MediaStore {
    private struct Item {
        let media: Media
        let bytes: [UInt8]
        var use: UInt64
    }

    private struct State {
        var items: [MediaDigest: Item] = [:]
        var uses: UInt64 = 0
        var byteCount: Int64 = 0

        mutating func use(_ digest: MediaDigest) -> Item? {
            uses += 1
            items[digest]?.use = uses
            return items[digest]
        }
    }

    private let limitBytes: Int64
    private let state = Mutex(State())

    public init(limitBytes: Int64) {
        self.limitBytes = limitBytes
    }

    public func put(_ content: any BodyReader) async throws -> Media {
        var intake = MediaIntake()
        var bytes: [UInt8] = []
        while let chunk = try await content.read() {
            intake.consume(chunk)
            guard intake.size <= limitBytes else {
                content.cancel()
                throw Failure(.bodyTooLarge, "The content has more than the store's \(limitBytes) bytes.")
            }
            bytes += chunk
        }
        let media = intake.media
        state.withLock { state in
            guard state.use(media.digest) == nil else { return }
            while state.byteCount + media.size > limitBytes,
                let oldest = state.items.min(by: { $0.value.use < $1.value.use })?.value.media
            {
                state.items[oldest.digest] = nil
                state.byteCount -= oldest.size
            }
            state.items[media.digest] = Item(media: media, bytes: bytes, use: state.uses)
            state.byteCount += media.size
        }
        return media
    }

    public func find(_ digest: MediaDigest) async -> Media? {
        state.withLock { $0.use(digest)?.media }
    }

    public func content(of digest: MediaDigest, in range: Range<Int64>?) async -> Body? {
        guard let bytes = state.withLock({ $0.use(digest)?.bytes }) else { return nil }
        guard let range else { return Body(bytes) }
        return Body(Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)]))
    }

    public func remove(_ digest: MediaDigest) async {
        state.withLock { state in
            if let item = state.items.removeValue(forKey: digest) { state.byteCount -= item.media.size }
        }
    }

    public func removeAll() async {
        state.withLock { state in
            state.items = [:]
            state.byteCount = 0
        }
    }

    public func statistics() async -> CacheStatistics.Tier {
        state.withLock { state in
            CacheStatistics.Tier(
                name: "media", entries: state.items.count, bytes: Int(state.byteCount),
                limitBytes: Int(clamping: limitBytes))
        }
    }
}
