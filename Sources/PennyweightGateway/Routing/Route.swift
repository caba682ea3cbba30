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
    /// The path exists, with other methods.
    case wrongMethod(allowed: String)
    /// There is no such path.
    case unknown

    /// Commands that go up the pipeline: their bodies pass untouched.
    static let commands = ["/chat/completions", "/images/generations", "/embeddings"]
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
        guard let base = Route.bases.first(where: path.hasPrefix) else {
            self = .unknown
            return
        }
        let below = "/" + path.dropFirst(base.count)
        let target = "/" + target.dropFirst(base.count)
        if Route.commands.contains(below) {
            self = method == .post ? .command(target) : .wrongMethod(allowed: "POST")
        } else if below == "/models" {
            self = method == .get ? .modelList(target) : .wrongMethod(allowed: "GET")
        } else if below.hasPrefix("/models/"), Route.isModelID(below.dropFirst("/models/".count)) {
            self = method == .get ? .model(target) : .wrongMethod(allowed: "GET")
        } else {
            self = .unknown
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

    private static func percentDecoded(_ text: Substring.UTF8View) -> [UInt8]? {
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
