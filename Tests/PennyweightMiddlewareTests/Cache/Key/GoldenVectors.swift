import Foundation

/// The published vectors of the cache key: Tests/Fixtures/CacheKey/cache-key-vectors.txt.
struct GoldenVectors {
    /// One block of the file: the lines behind its heading, in order.
    struct Block {
        let heading: String
        let lines: [(name: String, value: [UInt8])]

        subscript(name: String) -> [UInt8]? { lines.first { $0.name == name }?.value }

        func text(_ name: String) -> String { String(decoding: self[name] ?? [], as: UTF8.self) }

        func words(_ name: String) -> [String] { text(name).split(separator: " ").map(String.init) }

        /// A value that may be written in hexadecimal.
        func bytes(_ name: String) -> [UInt8]? { self[name] ?? self["\(name)-hex"].map(GoldenVectors.bytes) }
    }

    let blocks: [Block]

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Fixtures/CacheKey/cache-key-vectors.txt")
        var blocks: [Block] = []
        for line in try [UInt8](Data(contentsOf: file)).split(separator: 0x0A) where line.first != 0x23 {
            guard let colon = line.firstIndex(of: 0x3A), line.first != 0x5B else {
                blocks.append(Block(heading: String(decoding: line, as: UTF8.self), lines: []))
                continue
            }
            let name = String(decoding: line[..<colon], as: UTF8.self)
            let value = Array(line[colon...].dropFirst(2))
            guard let block = blocks.popLast() else { continue }
            blocks.append(Block(heading: block.heading, lines: block.lines + [(name, value)]))
        }
        self.blocks = blocks
    }

    static func bytes(_ hexadecimal: [UInt8]) -> [UInt8] {
        stride(from: 0, to: hexadecimal.count - 1, by: 2).compactMap {
            UInt8(String(decoding: hexadecimal[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
