/// A credential that can't be printed, encoded or reflected by accident: every rendering of it is `<secret>`.
///
/// ```swift
/// let key = try Secret("sk-…")
/// print(key)  // <secret>
/// ```
public struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    /// Takes a credential; white space around it, as a file's last line break, is not part of it.
    ///
    /// Throws ``InvalidSecret`` if nothing is left, or if it holds what no HTTP header can carry.
    public init(_ text: some StringProtocol) throws {
        let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        let bytes = Array(text.utf8)
        let start = bytes.firstIndex { !isSpace($0) } ?? bytes.endIndex
        let end = bytes.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? start
        let trimmed = bytes[start..<end]
        guard !trimmed.isEmpty, trimmed.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw InvalidSecret()
        }
        self.text = String(decoding: trimmed, as: UTF8.self)
    }

    /// The credential itself: for the one place that sends it.
    public func reveal() -> String { text }

    public var description: String { "<secret>" }
    public var debugDescription: String { "<secret>" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// A credential that is empty, or that no HTTP header can carry.
public struct InvalidSecret: Error, CustomStringConvertible {
    public init() {}

    public var description: String {
        "The credential is empty or has characters other than visible ASCII; copy it again, without spaces."
    }
}
