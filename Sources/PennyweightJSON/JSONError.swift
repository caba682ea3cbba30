/// Why bytes are not JSON (RFC 8259), and where.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong: "expected ',' or '}'".
    public let problem: String
    /// The position of the first byte that is wrong, counted from 0.
    public let offset: Int
    /// Its line, counted from 1.
    public let line: Int
    /// Its column in bytes, counted from 1.
    public let column: Int

    init(_ problem: String, at offset: Int, in bytes: [UInt8]) {
        let before = bytes.prefix(offset)
        self.problem = problem
        self.offset = offset
        line = before.count { $0 == UInt8(ascii: "\n") } + 1
        column = offset - (before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0) + 1
    }

    public var description: String { "\(problem) at line \(line), column \(column) (byte \(offset))" }
}
