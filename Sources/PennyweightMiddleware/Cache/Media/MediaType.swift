/// What bytes are, told by how they begin and by nothing else: what a server or a caller says of them is
/// not asked.
public enum MediaType: String, Sendable, Hashable, CaseIterable {
    case png, jpeg, gif, webp, avif
    /// Anything else. It is only ever handed out as bytes to be saved.
    case other

    /// How many bytes of the beginning tell the type.
    public static let headLength = 64
    /// How many bytes of the end tell whether it is whole.
    static let tailLength = 12

    /// Tells the type by the first ``headLength`` bytes.
    public init(beginningWith head: [UInt8]) {
        if head.starts(with: MediaType.pngStart) {
            self = .png
        } else if head.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if head.starts(with: "GIF87a".utf8) || head.starts(with: "GIF89a".utf8) {
            self = .gif
        } else if head.count >= 12, head.starts(with: "RIFF".utf8), head[8..<12].elementsEqual("WEBP".utf8) {
            self = .webp
        } else if MediaType.isAVIF(head) {
            self = .avif
        } else {
            self = .other
        }
    }

    /// `image/png`; `application/octet-stream` for ``other``.
    public var contentType: String { self == .other ? "application/octet-stream" : "image/\(rawValue)" }

    /// `png`; `bin` for ``other``.
    public var fileExtension: String { self == .other ? "bin" : rawValue }

    /// The type of a file's extension; nil for an unknown one.
    public init?(fileExtension: some StringProtocol) {
        let found = MediaType.allCases.first { $0.fileExtension == fileExtension }
        guard let found else { return nil }
        self = found
    }

    /// True if bytes of this type come to their end as the type demands: what was cut off doesn't. Nil if
    /// that can't be told.
    func isWhole(head: [UInt8], tail: [UInt8], size: Int64) -> Bool? {
        switch self {
        case .png: tail.suffix(8).elementsEqual([0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
        case .jpeg: tail.suffix(2).elementsEqual([0xFF, 0xD9])
        case .gif: tail.last == 0x3B
        case .webp:
            head.count >= 8
                && head[4..<8].reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) } + 8 == size
        case .avif, .other: nil
        }
    }

    private static let pngStart: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// A file of ISO's base media format whose brands name AVIF
    /// (https://aomediacodec.github.io/av1-avif/#brands).
    private static func isAVIF(_ head: [UInt8]) -> Bool {
        guard head.count >= 16, head[4..<8].elementsEqual("ftyp".utf8) else { return false }
        let size = head[..<4].reduce(0) { $0 << 8 | Int($1) }
        let end = min(size, head.count)
        // The brand that is meant, a version, and then the brands that it is compatible with.
        let places = [8] + stride(from: 16, to: max(16, end - 3), by: 4)
        return places.contains { place in
            let brand = head[place..<place + 4]
            return brand.elementsEqual("avif".utf8) || brand.elementsEqual("avis".utf8)
        }
    }
}
