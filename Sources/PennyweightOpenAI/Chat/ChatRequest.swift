public import PennyweightJSON

/// What the stages need to know of the body of `POST /chat/completions`. Everything else is the upstream's
/// business.
public struct ChatRequest: Sendable {
    /// The body, unchanged.
    public let document: JSONDocument
    /// The model that is asked for; never empty.
    public let model: String

    /// Reads a body.
    ///
    /// Throws a ``RequestProblem`` if it is not a JSON object (naming the position), or if `model` or
    /// `messages` is missing or of a wrong kind, or `stream` is not true, false or null.
    public init(_ body: [UInt8]) throws {
        do {
            document = try JSONDocument(body)
        } catch {
            throw RequestProblem("The request's body is not valid JSON: \(error).")
        }
        let root = document.root
        guard root.kind == .object else {
            throw RequestProblem("The request's body must be a JSON object.", code: "invalid_type")
        }
        model = try ChatRequest.model(in: root)
        guard let messages = root["messages"] else {
            throw RequestProblem(
                "Missing required parameter: 'messages'.", param: "messages",
                code: "missing_required_parameter")
        }
        guard messages.kind == .array else {
            throw RequestProblem("'messages' must be an array.", param: "messages", code: "invalid_type")
        }
        guard !messages.elements.isEmpty else {
            throw RequestProblem(
                "'messages' is empty; it needs at least one message.", param: "messages", code: "empty_array")
        }
        if let stream = root["stream"], !stream.isNull, stream.bool == nil {
            throw RequestProblem("'stream' must be true or false.", param: "stream", code: "invalid_type")
        }
    }

    private static func model(in root: JSONNode) throws -> String {
        guard let model = root["model"], !model.isNull else {
            throw RequestProblem(
                "Missing required parameter: 'model'.", param: "model", code: "missing_required_parameter")
        }
        guard let name = model.string else {
            throw RequestProblem("'model' must be a string.", param: "model", code: "invalid_type")
        }
        guard !name.isEmpty else {
            throw RequestProblem("'model' is empty; name a model.", param: "model", code: "invalid_value")
        }
        return name
    }

    /// True if the caller wants a stream. The body decides: official clients ask for JSON in `accept` even
    /// then.
    public var isStreaming: Bool { document.root["stream"]?.bool == true }

    /// True if the caller asked for the usage at the end of its stream.
    public var includesUsage: Bool { document.root["stream_options"]?["include_usage"]?.bool == true }

    /// How many answers are asked for: `n`, 1 unless given; nil if it is no positive integer.
    public var choiceCount: Int64? {
        guard let count = document.root["n"], !count.isNull else { return 1 }
        return count.integer.flatMap { $0 > 0 ? $0 : nil }
    }

    /// The most tokens that one answer may have: the larger of `max_completion_tokens` and `max_tokens`, as
    /// providers differ in which of the two they heed; nil without a bound.
    public var maximumTokens: Int64? {
        let root = document.root
        let given = [root["max_completion_tokens"], root["max_tokens"]].compactMap { $0 }.filter {
            !$0.isNull
        }
        let bounds = given.compactMap(\.integer).filter { $0 >= 0 }
        return bounds.count == given.count ? bounds.max() : nil
    }

    /// True if the model looks things up while it answers, because the request or the model's name says so:
    /// the answer depends on the day, has a fee of its own, and a prompt that grows by what is found.
    public var searchesTheWeb: Bool {
        if let search = document.root["web_search_options"], !search.isNull { return true }
        return model.contains("-search-")
    }

    /// The service tier that is asked for; nil for the provider's default.
    public var serviceTier: String? { document.root["service_tier"]?.string }
}
