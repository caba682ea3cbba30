internal import HTTPTypes
private import PennyweightJSON
private import PennyweightOpenAI
internal import PennyweightPipeline

/// Finds every model that a request names, however it names it: what a provider might read must be checked.
enum NamedModels {
    /// The models in the path or in the body. Throws a ``Refusal`` if a command names none, or in a form that
    /// isn't known.
    static func of(_ request: Request) throws -> [String] {
        let models = "/models/"
        if request.path.hasPrefix(models) {
            let bytes = Route.percentDecoded(request.path.dropFirst(models.count).utf8)
            return [String(decoding: bytes ?? [], as: UTF8.self)]
        }
        guard request.head.method == .post else { return [] }
        let contentType = request.head.headerFields[.contentType]
        if CommandBody.isForm(contentType) { return try inForm(request.body.bytes ?? [], contentType) }
        guard let document = try? JSONDocument(request.body.bytes ?? []), document.root.kind == .object else {
            throw refusal("Send a JSON object that names its model: this key may ask for some only.")
        }
        // A name that stands twice is read differently by different providers, and `models` names fallbacks.
        let named = document.root.members.filter { $0.name.string == "model" }.map(\.value)
        let others = document.root.members.filter { $0.name.string == "models" }.map(\.value)
        guard !named.isEmpty else {
            throw refusal("Name a model: this key may ask for some only.")
        }
        return try (named + others.flatMap { $0.kind == .array ? $0.elements : [$0] }).map { node in
            guard let name = node.string else {
                throw refusal("Models must be named by text: this key may ask for some only.")
            }
            return name
        }
    }

    /// The one model that a form names. A form that could be read in two ways names none: its field given
    /// twice, as a file, or as a list.
    private static func inForm(_ body: [UInt8], _ contentType: String?) throws -> [String] {
        guard let form = MultipartForm(body, contentType: contentType) else {
            throw refusal("Send a well-formed form that names its model: this key may ask for some only.")
        }
        let others = form.names.filter {
            $0 == "models" || $0.hasPrefix("models[") || $0.hasPrefix("model[")
        }
        guard others.isEmpty, let name = form.text("model") else {
            throw refusal("Name one model, in one field 'model' of text: this key may ask for some only.")
        }
        return [name]
    }

    private static func refusal(_ message: String) -> Refusal {
        .forbidden("model_not_allowed", message, param: "model")
    }
}
