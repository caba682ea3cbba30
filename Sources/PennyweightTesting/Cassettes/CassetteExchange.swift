private import Crypto
internal import HTTPTypes
internal import PennyweightMiddleware
internal import PennyweightPipeline

/// One recorded call: what was asked, and what came back.
public struct CassetteExchange: Sendable, Hashable {
    /// Header fields that are kept; all others stay out of the file.
    public static let keptFields: [String] = [
        "content-type", "content-encoding", "location", "retry-after", "retry-after-ms", "x-should-retry",
        "x-request-id", "idempotency-key", "openai-beta", "openai-organization", "openai-project",
        "openai-version", "openai-processing-ms", "anthropic-version", "anthropic-beta",
    ]
    /// Families of header fields that are kept as well.
    static let keptPrefixes = ["x-ratelimit-"]

    var asked: Asked
    var answered: Answered

    /// One header field, its name in lower case.
    struct Field: Sendable, Hashable {
        var name: String
        var value: String
    }

    /// The request.
    struct Asked: Sendable, Hashable {
        var method: String
        /// With the query.
        var path: String
        var fields: [Field]
        var body: [UInt8]
    }

    /// The answer.
    struct Answered: Sendable, Hashable {
        var status: Int
        var fields: [Field]
        var body: [UInt8]
    }

    static func kept(_ fields: HTTPFields) -> [Field] {
        fields.compactMap { field in
            let name = field.name.canonicalName
            let isKept = keptFields.contains(name) || keptPrefixes.contains { name.hasPrefix($0) }
            return isKept ? Field(name: name, value: field.value) : nil
        }
    }
}

extension CassetteExchange.Asked {
    /// What stands for the boundary of every form: clients make a new one for every request.
    static let boundary = "pennyweight-cassette-boundary"

    init(_ head: HTTPRequest, body: [UInt8]) {
        method = head.method.rawValue
        path = head.path ?? "/"
        fields = CassetteExchange.kept(head.headerFields)
        self.body = body
        fixBoundary()
    }

    /// The text that equal calls share: 32 bytes.
    var identity: [UInt8] {
        let answerChanging = Set(CachePolicy.answerChangingHeaders.map(\.canonicalName))
        let canonical = (try? CanonicalForm(of: body))?.bytes ?? body
        var hash = SHA256()
        for text in [method, path] { hash.update(data: Array(text.utf8) + [0]) }
        for field in fields where answerChanging.contains(field.name) {
            hash.update(data: Array("\(field.name):\(field.value)\n".utf8))
        }
        hash.update(data: [0] + canonical)
        return Array(hash.finalize())
    }

    private mutating func fixBoundary() {
        guard let index = fields.firstIndex(where: { $0.name == "content-type" }),
            fields[index].value.lowercased().hasPrefix("multipart/"),
            let start = fields[index].value.range(of: "boundary=", after: fields[index].value.startIndex)
        else { return }
        let value = fields[index].value
        let given = value[start...].prefix { $0 != ";" }.filter { $0 != "\"" }
        guard given.utf8.count >= 4 else { return }
        body = body.replacing(Array(given.utf8), with: Array(Self.boundary.utf8))
        fields[index].value = "multipart/form-data; boundary=\(Self.boundary)"
    }
}

extension String {
    /// Where the text ends that is looked for in lower case; nil if it isn't there.
    fileprivate func range(of text: String, after start: Index) -> Index? {
        var position = start
        while position < endIndex {
            if self[position...].lowercased().hasPrefix(text) { return index(position, offsetBy: text.count) }
            position = index(after: position)
        }
        return nil
    }
}

extension CassetteExchange.Answered {
    init(_ head: HTTPResponse, body: [UInt8]) {
        status = head.status.code
        fields = CassetteExchange.kept(head.headerFields)
        self.body = body
    }

    /// The response that was recorded; a stream comes event by event.
    var response: Response {
        var head = HTTPResponse(status: .init(code: status))
        for field in fields {
            guard let name = HTTPField.Name(field.name) else { continue }
            head.headerFields.append(HTTPField(name: name, value: field.value))
        }
        let isStream = head.headerFields[.contentType]?.hasPrefix("text/event-stream") == true
        guard isStream else { return Response(head: head, body: Body(body)) }
        let events = CassetteEvents.split(body)
        return Response(head: head, body: Body(length: nil) { CassetteEvents(events) })
    }
}
