/// Bytes that a store keeps under their digest: an image, later a video.
public struct Media: Sendable, Hashable {
    public let digest: MediaDigest
    /// How many bytes it has.
    public let size: Int64
    public let type: MediaType

    public init(digest: MediaDigest, size: Int64, type: MediaType) {
        self.digest = digest
        self.size = size
        self.type = type
    }

    /// The digest and the type's extension: `9f86….png`.
    public var fileName: String { "\(digest).\(type.fileExtension)" }
}
