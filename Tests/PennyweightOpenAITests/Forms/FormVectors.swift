import Foundation

/// The published vectors of forms: the blocks `[parts]` of Tests/Fixtures/CacheKey/cache-key-vectors.txt.
struct FormVectors {
    /// One block: what stands behind each name.
    typealias Block = [String: String]

    let blocks: [Block]

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Fixtures/CacheKey/cache-key-vectors.txt")
        var blocks: [(heading: String, lines: Block)] = []
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            if line.hasPrefix("[") {
                blocks.append((String(line), [:]))
            } else if let colon = line.firstIndex(of: ":"), !line.hasPrefix("#"), !blocks.isEmpty {
                blocks[blocks.count - 1].lines[String(line[..<colon])] = String(line[colon...].dropFirst(2))
            }
        }
        self.blocks = blocks.filter { $0.heading == "[parts]" }.map(\.lines)
    }

    /// A value that may be written in hexadecimal.
    static func bytes(_ name: String, of block: Block) -> [UInt8] {
        guard let hexadecimal = block["\(name)-hex"]?.utf8.map({ $0 }) else {
            return Array((block[name] ?? "").utf8)
        }
        return stride(from: 0, to: hexadecimal.count - 1, by: 2).compactMap {
            UInt8(String(decoding: hexadecimal[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
