internal import PennyweightMiddleware

/// Keeps a text without an end of its own as it is, if it has the length that its head declared.
struct DeclaredFolding: Folding {
    private let contentType: String
    private let length: Int
    private var body: [UInt8] = []

    init(contentType: String, length: Int) {
        self.contentType = contentType
        self.length = length
    }

    mutating func consume(_ chunk: [UInt8]) {
        // One byte too much is enough to know.
        guard body.count <= length else { return }
        body += chunk
    }

    mutating func finish() -> FoldedAnswer? {
        // JSON under a wrong name may be an error.
        guard body.count == length, body.first != UInt8(ascii: "{") else { return nil }
        return FoldedAnswer(contentType: contentType, body: body)
    }
}
