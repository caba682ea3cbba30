import HTTPTypes
import Logging
import Metrics
import PennyweightJSON
import PennyweightLedger
import PennyweightMiddleware
import PennyweightOpenAI
import PennyweightPipeline
import PennyweightTesting
import PennyweightTime
import Synchronization
import Tracing

/// The standard stages with semantic look-up, in front of a provider whose vectors the test chooses.
struct SemanticScene {
    let time = ManualTime(at: Timestamp(seconds: 1_795_305_600))
    let random = SeededRandom(seed: 5)
    let ledger = MemoryLedger(limit: 10_000)
    let cache = MemoryCache(limitBytes: 8 << 20)
    let upstream = VectorProvider()
    var vectors: any VectorStore = MemoryVectors(limitBytes: 8 << 20)
    var policies: StandardStages.Policies

    init() {
        policies = StandardStages.Policies()
        policies.callLimit = nil
        policies.retry.maximumAttempts = 1
        policies.cache.defaults.semantic = .always
    }

    func pipeline() throws -> Pipeline {
        var stages = StandardStages(
            provider: .init(name: "openai", baseURL: try BaseURL("https://example.test/v1"), key: nil),
            ledger: ledger, cache: cache, prices: try PriceBook.shipped(), time: time, random: random,
            metrics: NOOPMetricsHandler.instance, tracer: NoOpTracer(), logger: SemanticScene.logger)
        stages.policies = policies
        stages.vectors = vectors
        return stages.pipeline(to: upstream)
    }

    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    func context(_ account: String = "default") -> Context {
        var context = Context(id: SortableID(time: time, random: random), logger: SemanticScene.logger)
        context.account = account
        return context
    }

    /// A chat request that asks a text; `more` are further members of the body.
    static func chat(
        _ text: String, more: String = "", system: String = "Be brief.", model: String = "gpt-4o-mini"
    ) -> Request {
        let body = JSONValue.object([
            .init("model", .text(model)),
            .init(
                "messages",
                .array([
                    .object([.init("role", .text("system")), .init("content", .text(system))]),
                    .object([.init("role", .text("user")), .init("content", .text(text))]),
                ])),
        ])
        let bytes = body.bytes
        return Request(
            .post, "/chat/completions",
            body: Body(Array(bytes.dropLast()) + Array(more.utf8) + [UInt8(ascii: "}")]))
    }

    /// Sends a request and reads the answer to its end.
    func ask(
        _ pipeline: Pipeline, _ request: Request, _ account: String = "default",
        fields: [String: String] = [:]
    ) async throws -> (answer: ChatAnswer, facts: Facts) {
        var request = request
        for (name, value) in fields {
            if let name = HTTPField.Name(name) { request.head.headerFields[name] = value }
        }
        let response = try await pipeline.send(request, context: context(account))
        return (try await ChatAnswer(response), response.facts)
    }
}

extension Facts {
    var outcome: CacheOutcome? { self[CacheFact.self] }
    var header: String { self[CacheFact.self]?.headerValue ?? "" }
}

/// A provider that answers each chat with a number, and gives texts the vectors that a test names.
final class VectorProvider: Transport {
    /// What it does with calls for vectors.
    enum Mood: Sendable {
        case works
        case refuses(Int)
        case fails
        case hangs
        /// Answers with this body.
        case says(String)
    }

    private struct State {
        var mood = Mood.works
        var vectors: [String: [Float]] = [:]
        var chats = 0
        var embedded: [String] = []
        var models: [String] = []
        var reply: String?
    }

    private let state = Mutex(State())

    var chats: Int { state.withLock { $0.chats } }
    var embedded: [String] { state.withLock { $0.embedded } }

    /// Waits until a call for a vector has come; gives up after a while.
    func untilEmbedding() async {
        for _ in 0..<2_000_000 where embedded.isEmpty { await Task.yield() }
    }

    func set(_ mood: Mood) { state.withLock { $0.mood = mood } }

    /// Gives a text a vector at an angle whose cosine to `[1, 0]` is known.
    func place(_ text: String, cosine: Double) {
        let vector = [Float(cosine), Float((1 - cosine * cosine).squareRoot())]
        state.withLock { $0.vectors[text] = vector }
    }

    /// What every chat is answered with; nil for its number.
    func say(_ text: String?) { state.withLock { $0.reply = text } }

    func send(_ request: Request, context: Context) async throws -> Response {
        let body = try await request.body.collect(upTo: 1 << 20)
        let root = try JSONDocument(body).root
        guard request.path.hasSuffix("/embeddings") else { return chat(root) }
        let text = root["input"]?.string ?? ""
        let (mood, vector) = state.withLock { state in
            state.embedded.append(text)
            return (state.mood, state.vectors[text] ?? [0, 1])
        }
        switch mood {
        case .works:
            return .init(
                .ok,
                body: Body(
                    #"{"object":"list","data":[{"object":"embedding","index":0,"embedding":[\#(vector[0]),\#(vector[1])]}],"model":"text-embedding-3-small","usage":{"prompt_tokens":5,"total_tokens":5}}"#
                ))
        case .refuses(let status): return Response(.init(code: status), body: Body("{}"))
        case .fails: throw Failure(.connectionFailed, "No connection.", wasNeverSent: true)
        case .hangs:
            try await ManualTime().sleep(for: .seconds(1_000_000))
            throw CancellationError()
        case .says(let text): return Response(.ok, body: Body(text))
        }
    }

    private func chat(_ root: JSONNode) -> Response {
        let (number, reply) = state.withLock { state in
            state.chats += 1
            return (state.chats, state.reply)
        }
        let model = root["model"]?.string ?? ""
        return Response(
            .ok,
            body: Body(
                #"{"id":"c\#(number)","object":"chat.completion","created":1,"model":"\#(model)","choices":[{"index":0,"message":{"role":"assistant","content":"\#(reply ?? "Answer \(number).")","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}}"#
            ))
    }
}
