import PennyweightTesting
import Testing

@testable import PennyweightMiddleware

@Suite("What bytes are is told by how they begin")
struct MediaTypeTests {
    @Test(
        "images are known",
        arguments: [
            ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1], MediaType.png),
            ([0xFF, 0xD8, 0xFF, 0xE0], .jpeg), (Array("GIF89a..".utf8), .gif), (Array("GIF87a".utf8), .gif),
            (Array("RIFF1234WEBPVP8 ".utf8), .webp), ([0, 0, 0, 20] + Array("ftypavif0000mif1".utf8), .avif),
            ([0, 0, 0, 24] + Array("ftypmif10000miafavif".utf8), .avif),
        ] as [([UInt8], MediaType)])
    func known(_ head: [UInt8], _ type: MediaType) {
        #expect(MediaType(beginningWith: head) == type)
        #expect(type.contentType == "image/\(type.rawValue)")
        #expect(MediaType(fileExtension: type.fileExtension) == type)
    }

    @Test(
        "nothing else is an image, whatever it says",
        arguments: [
            [], [0x89], Array("<svg xmlns=".utf8), Array("<html>".utf8), Array("RIFF1234WAVE".utf8),
            [0, 0, 0, 24] + Array("ftypisom0000mp42avc1".utf8),
            [0, 0, 0, 16] + Array("ftypmif10000avif".utf8),
            Array("%PDF-1.7".utf8), [0xFF, 0xD8],
        ] as [[UInt8]])
    func unknown(_ head: [UInt8]) {
        #expect(MediaType(beginningWith: head) == .other)
        #expect(MediaType.other.contentType == "application/octet-stream")
    }

    @Test("what was cut off does not end as its type demands")
    func whole() {
        let ends: [([UInt8], [UInt8])] = [
            (
                [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A],
                [0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]
            ),
            ([0xFF, 0xD8, 0xFF], [0xFF, 0xD9]), (Array("GIF89a".utf8), [0x3B]),
            (Array("RIFF".utf8) + [12, 0, 0, 0] + Array("WEBP".utf8), Array(repeating: 7, count: 8)),
        ]
        for (head, tail) in ends {
            let bytes = head + tail
            for length in head.count...bytes.count {
                var edges = MediaEdges()
                for byte in bytes.prefix(length) { edges.consume([byte]) }
                #expect(edges.isWhole == (length == bytes.count), "\(edges.type) \(length)")
            }
        }
        var edges = MediaEdges()
        edges.consume([1, 2, 3])
        #expect(edges.isWhole == nil)
    }

    @Test("chunks make no difference")
    func chunks() {
        let random = SeededRandom(seed: 11)
        let bytes = (0..<5_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        for size in [1, 7, 63, 64, 65, 4_999, 5_000] {
            var intake = MediaIntake()
            for start in stride(from: 0, to: bytes.count, by: size) {
                intake.consume(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            #expect(intake.media.digest == MediaDigest(of: bytes) && intake.size == 5_000)
        }
    }

    @Test("a digest is 64 lower-case hexadecimal digits, and nothing else")
    func digests() {
        let digest = MediaDigest(of: [1])
        #expect(MediaDigest(digest.description) == digest)
        #expect(MediaDigest(digest.description.uppercased()) == nil)
        #expect(MediaDigest(digest.description.dropLast()) == nil)
        #expect(MediaDigest("../" + digest.description.dropLast(3)) == nil)
        #expect(MediaDigest(bytes: [1, 2]) == nil)
    }
}
