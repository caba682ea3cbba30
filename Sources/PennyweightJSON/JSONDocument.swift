/// Parsed JSON that keeps its source: every value knows the bytes that it came from.
///
/// Parsing is strict (RFC 8259, valid UTF-8, one value) and linear, and copies nothing: the result is a
/// flat list of nodes over the bytes. Duplicate names, integers of any size and lone surrogate escapes
/// are kept as they are.
public struct JSONDocument: Sendable {
    /// The source, unchanged.
    public let bytes: [UInt8]
    let nodes: [JSONTape.Node]

    /// How deep arrays and objects may nest unless told otherwise.
    public static let defaultDepth = 256

    /// Parses one JSON value with optional white space around it.
    ///
    /// Throws a ``JSONError`` with the position of the first byte that is wrong.
    public init(_ bytes: [UInt8], maximumDepth: Int = JSONDocument.defaultDepth) throws(JSONError) {
        var tape = JSONTape(bytes, maximumDepth: maximumDepth)
        try tape.parse()
        self.bytes = bytes
        nodes = tape.nodes
    }

    /// Parses a text.
    public init(_ text: String) throws(JSONError) {
        try self.init(Array(text.utf8))
    }

    /// The outermost value.
    public var root: JSONNode { JSONNode(document: self, index: 0) }
}
