private import HTTPTypes
private import PennyweightJSON
public import PennyweightPipeline

/// Answers `GET /models` and `GET /models/{id}` from a list of ids.
public struct ModelDirectory: Sendable {
    /// The ids, in the order of the answer.
    public let ids: [String]
    /// When the models were made, in seconds since 1970; every model has the same.
    public let createdSeconds: Int64
    /// What the answer says in `owned_by`.
    public let owner: String

    public init(_ ids: [String], createdSeconds: Int64, owner: String) {
        self.ids = ids
        self.createdSeconds = createdSeconds
        self.owner = owner
    }

    /// The answer to `GET /models`.
    public func list() -> Response {
        let list = JSONValue.object([
            .init("object", .text("list")), .init("data", .array(ids.map(object))),
        ])
        return Response(.ok, body: Body(list.bytes))
    }

    /// The answer to `GET /models/{id}`, for an id without percent-encoding; 404 `model_not_found` for an
    /// unknown one.
    public func model(_ id: String) -> Response {
        // Swift takes two spellings of one letter for equal; an id is its bytes.
        if ids.contains(where: { $0.utf8.elementsEqual(id.utf8) }) {
            return Response(.ok, body: Body(object(id).bytes))
        }
        return ModelDirectory.notFound(id)
    }

    /// OpenAI's answer for a model that does not exist.
    public static func notFound(_ id: String) -> Response {
        ErrorEnvelope(
            message: "The model '\(id)' does not exist or you do not have access to it.",
            type: "invalid_request_error", param: "model", code: "model_not_found"
        ).response(.notFound)
    }

    private func object(_ id: String) -> JSONValue {
        .object([
            .init("id", .text(id)), .init("object", .text("model")),
            .init("created", .integer(createdSeconds)),
            .init("owned_by", .text(owner)),
        ])
    }
}
