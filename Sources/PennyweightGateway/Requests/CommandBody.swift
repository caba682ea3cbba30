internal import HTTPTypes
private import PennyweightJSON
internal import PennyweightOpenAI
internal import PennyweightPipeline

/// Checks the body of a command as far as the gateway has to: that it is a JSON object and names a model.
///
/// What else is right or wrong with it is for the provider to say. The bytes go upstream as they came.
enum CommandBody {
    /// Throws a `RequestProblem` that names the position or the parameter that is wrong.
    static func check(_ bytes: [UInt8], route: String) throws {
        guard !bytes.isEmpty else {
            throw RequestProblem("The request has no body; send a JSON object.")
        }
        if route == "/chat/completions" {
            _ = try ChatRequest(bytes)
            return
        }
        let document: JSONDocument
        do {
            document = try JSONDocument(bytes)
        } catch {
            throw RequestProblem("The request's body is not valid JSON: \(error).")
        }
        guard document.root.kind == .object else {
            throw RequestProblem("The request's body must be a JSON object.", code: "invalid_type")
        }
        guard let model = document.root["model"], !model.isNull else {
            // OpenAI's images and videos have a default model; nothing else has.
            if ["/images/generations", "/images/edits", "/videos"].contains(route) { return }
            throw RequestProblem(
                "Missing required parameter: 'model'.", param: "model", code: "missing_required_parameter")
        }
        guard model.kind == .string else {
            throw RequestProblem("'model' must be a string.", param: "model", code: "invalid_type")
        }
    }

    /// True unless the content type says that the body is a form with parts. A missing or a wrong type is
    /// common (`curl -d` sends `application/x-www-form-urlencoded`): the parser is the judge of everything
    /// else.
    static func mayBeJSON(_ fields: HTTPFields) -> Bool {
        !isForm(fields[.contentType])
    }

    /// True if a content type says that the body has parts.
    static func isForm(_ contentType: String?) -> Bool {
        contentType?.lowercased().hasPrefix("multipart/") == true
    }
}
