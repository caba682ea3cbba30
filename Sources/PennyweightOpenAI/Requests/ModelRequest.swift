internal import PennyweightJSON

/// The body of a request to a model: what all of them have.
struct ModelRequest {
    let root: JSONNode
    let model: String

    /// Reads a body; nil if it is no JSON object with a model and a valid `stream`.
    init?(_ body: [UInt8]) {
        guard let root = try? JSONDocument(body).root, root.kind == .object,
            let model = root["model"]?.string, !model.isEmpty,
            root["stream"].map({ $0.isNull || $0.bool != nil }) ?? true
        else { return nil }
        self.root = root
        self.model = model
    }

    var isStreaming: Bool { root["stream"]?.bool == true }
}
