import HTTPTypes
import Logging
import PennyweightMiddleware
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime

/// All that an answer depends on, and nothing else: the naive model's key.
struct Asked: Hashable, Sendable {
    enum Route: String, CaseIterable, Sendable {
        case chat = "/chat/completions"
        case completions = "/completions"
        case responses = "/responses"
    }

    var route: Route
    var account: String
    var namespace: String
    var beta: String?
    var model: String
    /// The prompt, and parameters of any name.
    var members: [[UInt32]: AskedValue]

    static let accounts = ["default", "team", "team/a", "other"]

    static func any(_ random: SeededRandom) -> Asked {
        let members = (0..<random.next(below: 4)).map { _ in
            (random.pick(AskedValue.names), AskedValue.any(random))
        }
        var asked = Asked(
            route: random.pick(Route.allCases), account: random.pick(accounts),
            namespace: random.pick(["", "", "", "n"]), beta: random.pick([nil, nil, nil, "v2"]),
            model: random.pick(["m", "M", "m-mini"]), members: Dictionary(members) { $1 })
        asked.members[Asked.prompt] = .anyText(random)
        return asked
    }

    /// A question that differs in one thing from this one, or in nothing.
    func near(_ random: SeededRandom) -> Asked {
        var near = self
        switch random.next(below: 10) {
        case 0: near.account = random.pick(Asked.accounts)
        case 1: near.namespace = random.pick(["", "n", "N"])
        case 2: near.route = random.pick(Route.allCases)
        case 3: near.beta = random.pick([nil, "v1", "v2"])
        case 4: near.model = random.pick(["m", "M", "m-mini"])
        default:
            guard case .object(let members) = AskedValue.object(members).near(random) else { break }
            near.members = members
            near.members[Asked.prompt] = near.members[Asked.prompt] ?? .text("")
        }
        return near
    }

    /// Where a question's own text stands, whatever the route calls it.
    private static let prompt = "prompt".unicodeScalars.map(\.value)

    /// The request, in one of its spellings.
    func request(stream: Bool, directives: String?, _ random: SeededRandom) -> Request {
        var body = members
        let text = body.removeValue(forKey: Asked.prompt) ?? .null
        switch route {
        case .chat:
            body["messages".scalarValues] = .array([
                .object(["role".scalarValues: .text("user"), "content".scalarValues: text])
            ])
        case .completions: body["prompt".scalarValues] = text
        case .responses:
            body["input".scalarValues] = text
            body["store".scalarValues] = .bool(false)
        }
        body["model".scalarValues] = .text(model)
        if stream {
            body["stream".scalarValues] = .bool(true)
            if random.next(below: 2) == 0, route != .responses {
                body["stream_options".scalarValues] = .object(["include_usage".scalarValues: .bool(true)])
            }
        } else if random.next(below: 2) == 0 {
            body["stream".scalarValues] = .bool(false)
        }
        var request = Request(.post, route.rawValue, body: Body(AskedValue.object(body).spelled(random)))
        request.head.headerFields[.contentType] = "application/json"
        request.head.headerFields[.cacheControl] = directives
        request.head.headerFields[HTTPField.Name("openai-beta")!] = beta
        request.head.headerFields[HTTPField.Name("x-stainless-retry-count")!] = random.pick([nil, "0", "1"])
        return request
    }

    /// Who asks, and what the upstream would answer.
    func context(_ reply: Reply, _ random: SeededRandom) -> Context {
        var context = Context(
            id: SortableID(high: random.next(), low: random.next()),
            logger: Logger(label: "differential") { _ in SwiftLogNoOpLogHandler() })
        context.account = account
        context[ReplyKey.self] = reply
        if !namespace.isEmpty { context[CacheWishes.self].namespace = namespace }
        return context
    }
}

extension String {
    var scalarValues: [UInt32] { unicodeScalars.map(\.value) }
}
