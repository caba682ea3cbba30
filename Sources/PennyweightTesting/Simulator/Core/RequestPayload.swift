internal import PennyweightJSON

/// The body of a request, read once: JSON or a form.
enum RequestPayload: Sendable {
    case json(JSONDocument)
    case form(FormBody)

    /// Throws the error that OpenAI answers with if the body can't be read.
    init(_ request: ReceivedRequest) throws(SimulatedError) {
        let type = request.header("content-type") ?? "application/json"
        if type.lowercased().hasPrefix("multipart/form-data") {
            guard let form = FormBody(request.body, contentType: type) else {
                throw SimulatedError(status: 400, message: "Could not parse multipart form.")
            }
            self = .form(form)
            return
        }
        do throws(JSONError) {
            self = .json(try JSONDocument(request.body))
        } catch {
            throw SimulatedError(
                status: 400,
                message: "We could not parse the JSON body of your request. (HINT: \(error))")
        }
    }

    /// A string or a number as text; nil without the member.
    func text(_ name: String) -> String? {
        switch self {
        case .form(let form): return form.text(name)
        case .json(let document):
            guard let node = document.root[name] else { return nil }
            return node.kind == .number ? String(decoding: node.source, as: UTF8.self) : node.string
        }
    }

    func integer(_ name: String) -> Int? {
        text(name).flatMap(Int.init)
    }

    /// A member that must be there.
    func required(_ name: String) throws(SimulatedError) -> String {
        guard let text = text(name), !text.isEmpty else { throw .missing(name) }
        return text
    }
}
