internal import HTTPTypes
internal import PennyweightJSON
internal import PennyweightPipeline

/// The members of a request, whether it is JSON or a form.
enum RequestFields: Sendable {
    case json(JSONNode)
    case form(MultipartForm)

    /// Reads a body that is in memory; nil if it is neither a JSON object nor a readable form.
    init?(_ body: [UInt8], contentType: String?) {
        if let root = try? JSONDocument(body).root, root.kind == .object {
            self = .json(root)
        } else if let form = MultipartForm(body, contentType: contentType) {
            self = .form(form)
        } else {
            return nil
        }
    }

    /// The JSON; nil for a form.
    var root: JSONNode? {
        if case .json(let root) = self { root } else { nil }
    }

    /// A text; nil if there is none, or another kind of value.
    func text(_ name: String) -> String? {
        let text =
            switch self {
            case .json(let root): root[name]?.string
            case .form(let form): form.text(name)
            }
        return text.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// True if there is a value that isn't null.
    func has(_ name: String) -> Bool {
        switch self {
        case .json(let root): root[name].map { !$0.isNull } ?? false
        case .form(let form): form.has(name)
        }
    }

    /// A whole number; `fallback` if there is none, and nil if it can't be read. A form has numbers as text;
    /// JSON may have it as text if `acceptsText`.
    func integer(_ name: String, else fallback: Int64?, acceptsText: Bool = false) -> Int64? {
        guard has(name) else { return fallback }
        if case .json(let root) = self, !acceptsText || root[name]?.kind == .number {
            return root[name]?.integer
        }
        guard let text = text(name), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text)
    }

    /// The bytes of everything that is text, which its tokens can't outnumber.
    var textByteCount: Int64 {
        switch self {
        case .json(let root): Int64(root.source.count)
        case .form(let form): Int64(form.fieldByteCount)
        }
    }
}
