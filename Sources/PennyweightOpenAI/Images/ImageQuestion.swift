internal import PennyweightJSON
internal import PennyweightMiddleware

/// What a request for images asks, whether it is JSON or a form.
enum ImageQuestion {
    /// The form that a caller wants its images in; nil for a value that no provider takes.
    ///
    /// DALL·E gives URLs to who says nothing. The gpt-image models know no `response_format`, and give base64
    /// always; other models choose.
    static func form(model: String, responseFormat: String?) -> MediaForm? {
        if drawsWithTokens(model) { return .original }
        return switch responseFormat {
        case "url": .url
        case "b64_json": .base64
        case nil: name(of: model).hasPrefix("dall-e") ? .url : .original
        default: nil
        }
    }

    /// What is not in the key. A model that doesn't know `response_format` may refuse it: there it counts.
    static func fields(model: String) -> OpenAIFields {
        drawsWithTokens(model) ? .tokenImages : .images
    }

    /// The question of a JSON body; nil for a stream, and for what no provider takes.
    static func question(_ body: [UInt8], route: String) -> Question? {
        guard let asked = ModelRequest(body), !asked.isStreaming, asked.root["prompt"]?.string != nil else {
            return nil
        }
        let format = asked.root["response_format"]
        guard format.map({ $0.isNull || $0.string != nil }) ?? true,
            let form = form(model: asked.model, responseFormat: format?.string),
            let count = count(in: asked.root)
        else { return nil }
        var question = Question(
            route: route, model: asked.model, wantsStream: false, choiceCount: count, asking: asked.root,
            fields: fields(model: asked.model))
        question.media = form
        return question
    }

    /// How many images are asked for; nil if that is no number.
    private static func count(in root: JSONNode) -> Int? {
        guard let node = root["n"], !node.isNull else { return 1 }
        return node.integer.flatMap { (1...128).contains($0) ? Int($0) : nil }
    }

    /// True for the gpt-image models.
    static func drawsWithTokens(_ model: String) -> Bool {
        ["gpt-image", "chatgpt-image"].contains { name(of: model).hasPrefix($0) }
    }

    /// Without the provider that some servers put in front: `openai/dall-e-3`.
    private static func name(of model: String) -> Substring {
        model.lastIndex(of: "/").map { model[model.index(after: $0)...] } ?? model[...]
    }
}
