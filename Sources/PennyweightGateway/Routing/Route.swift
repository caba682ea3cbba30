internal import HTTPTypes

/// What a method and a path ask of the gateway. Pure: no server type is known here.
enum Route: Sendable, Hashable {
    /// `GET /healthz`: the process runs.
    case health
    /// `GET /readyz`: the process can serve.
    case readiness
    /// `GET /models`, with the path below the provider's base URL.
    case modelList(String)
    /// `GET /models/{id}`, with the path below the provider's base URL.
    case model(String)
    /// A command with a JSON body (`POST /chat/completions`), with the path below the provider's base URL.
    case command(String)
    /// The native API: keys, calls, usage, budgets.
    case native(NativeRoute)
    /// `GET` and `DELETE /videos/{id}`, `GET /videos/{id}/content`, with the path below the provider's base
    /// URL.
    case video(HTTPRequest.Method, String)
    /// `GET /videos`, with the path below the provider's base URL.
    case videoList(String)
    /// `GET /media/{name}`: an image under its signed URL, with its name and the whole target.
    case media(String, String)
    /// The path exists, with other methods.
    case wrongMethod(allowed: String)
    /// There is no such path.
    case unknown

    /// Commands that go up the pipeline: their bodies pass untouched.
    static let commands = [
        "/chat/completions", "/images/generations", "/images/edits", "/embeddings", "/videos",
        "/audio/transcriptions",
    ]
    /// Commands whose body may be a form (`multipart/form-data`), as OpenAI's clients send it.
    static let forms = ["/videos", "/images/edits", "/audio/transcriptions"]
    /// Both bases serve the same surface.
    static let bases = ["/openai/v1/", "/v1/"]

    /// Finds the route of a request target: a path, with or without a query, as it stands in the request
    /// line.
    init(_ method: HTTPRequest.Method, _ target: String) {
        let path = String(target.prefix { $0 != "?" })
        if path == "/healthz" || path == "/readyz" {
            let found: Route = path == "/healthz" ? .health : .readiness
            self = method == .get || method == .head ? found : .wrongMethod(allowed: "GET, HEAD")
            return
        }
        if let name = Route.mediaName(in: path) {
            self =
                method == .get || method == .head ? .media(name, target) : .wrongMethod(allowed: "GET, HEAD")
            return
        }
        guard let base = Route.bases.first(where: path.hasPrefix) else {
            self = .unknown
            return
        }
        let below = "/" + path.dropFirst(base.count)
        let target = "/" + target.dropFirst(base.count)
        if Route.commands.contains(below) {
            let isList = method == .get && below == "/videos"
            self =
                method == .post
                ? .command(target)
                : isList
                    ? .videoList(target) : .wrongMethod(allowed: below == "/videos" ? "GET, POST" : "POST")
        } else if below == "/models" {
            self = method == .get ? .modelList(target) : .wrongMethod(allowed: "GET")
        } else if below.hasPrefix("/models/"), Route.isModelID(below.dropFirst("/models/".count)) {
            self = method == .get ? .model(target) : .wrongMethod(allowed: "GET")
        } else if let allowed = Route.methods(ofVideo: below) {
            self =
                allowed.contains(method)
                ? .video(method, target)
                : .wrongMethod(allowed: allowed.map(\.rawValue).joined(separator: ", "))
        } else {
            self = NativeRoute.find(method, below) ?? .unknown
        }
    }

    /// The path of a request target below its base URL, without a query: `/models`; all of it below no base.
    static func path(below target: String) -> String {
        let path = target.prefix { $0 != "?" }
        return bases.first { path.hasPrefix($0) }.map { "/" + path.dropFirst($0.count) } ?? String(path)
    }

    /// True if only the admin key may use it.
    var needsAdmin: Bool {
        if case .native(let route) = self { route.needsAdmin } else { false }
    }

    /// True if it leads to a provider.
    var isUpstream: Bool {
        switch self {
        case .modelList, .model, .command, .video, .videoList: true
        case .health, .readiness, .native, .media, .wrongMethod, .unknown: false
        }
    }

    /// The last segment of the path of an image; nil for another path.
    private static func mediaName(in path: String) -> String? {
        guard path.hasPrefix("/media/") else { return nil }
        let name = path.dropFirst("/media/".count)
        return name.isEmpty || name.contains("/") ? nil : String(name)
    }

    /// What may be done with the path of a video; nil for another path. Its id goes upstream as it is
    /// written, so it is one segment of plain characters that doesn't move through the path.
    private static func methods(ofVideo path: String) -> [HTTPRequest.Method]? {
        guard path.hasPrefix("/videos/") else { return nil }
        let segments = path.dropFirst("/videos/".count)
            .split(separator: "/", omittingEmptySubsequences: false)
        guard let id = segments.first, !id.isEmpty, id != ".", id != "..", id.utf8.count <= 512,
            id.utf8.allSatisfy({ isPlain($0) })
        else { return nil }
        if segments.count == 1 { return [.get, .delete] }
        return segments.count == 2 && segments[1] == "content" ? [.get] : nil
    }

    /// True for the characters that a path needs not encode (RFC 3986 section 2.3), and for `:`.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: [UInt8](("-._~:").utf8).contains(byte)
        }
    }

    /// True if percent-encoded text can be a model's id: any segments between slashes, as long as none of
    /// them moves through the path (`..`), is empty, or holds a control character. It goes upstream as it is
    /// written.
    private static func isModelID(_ text: Substring) -> Bool {
        guard let decoded = percentDecoded(text.utf8), decoded.count <= 512 else { return false }
        return decoded.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy {
            segment in
            !segment.isEmpty && !segment.elementsEqual(".".utf8) && !segment.elementsEqual("..".utf8)
                && segment.allSatisfy {
                    $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "%")
                }
        }
    }

    /// The bytes that percent-encoded text stands for; nil if it is malformed.
    static func percentDecoded(_ text: Substring.UTF8View) -> [UInt8]? {
        var decoded: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            guard let high = rest.popFirst(), let low = rest.popFirst(),
                let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
            else { return nil }
            decoded.append(value)
        }
        return decoded
    }
}
