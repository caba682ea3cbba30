private import HTTPTypes
private import PennyweightJSON
public import PennyweightLedger
private import PennyweightMiddleware
public import PennyweightPipeline

/// The answer to a chat request, whole: what was said, and what it cost.
///
/// ```swift
/// let answer = try await ChatAnswer(pipeline.send(request, context: context))
/// print(answer.text, answer.cost)
/// ```
public struct ChatAnswer: Sendable {
    /// What the first choice says; empty if it says nothing (it calls a tool, or refuses).
    public let text: String
    /// The model that ran.
    public let model: String
    /// What the answer used, or for a stored answer what the original used; nil if nobody reported it.
    public let usage: Usage?
    /// What the call cost; nothing for a stored answer.
    public let cost: Cost
    /// What a stored answer avoided; nothing for a fresh one.
    public let saved: Cost
    /// What the cache did: `hit`, `semantic` (a stored answer to a similar question), `coalesced` if an
    /// identical call in flight was shared, `miss`, `bypass` or `mock`; nil if the pipeline has no cache.
    public let cacheStatus: String?
    /// The `chat.completion` as JSON, for all that is not here.
    public let body: [UInt8]

    /// Reads a response to its end, plain or streamed.
    ///
    /// Throws an ``ErrorAnswer`` for an error status, and a `Failure` if the body breaks off
    /// (`connectionLost`), has more than `limitBytes` (`bodyTooLarge`) or is not a complete chat answer
    /// (`invalidAnswer`). Cancelling ends the exchange.
    public init(_ response: Response, upTo limitBytes: Int = 64 * 1_048_576) async throws {
        let received = try await response.body.collect(upTo: limitBytes)
        let fields = response.head.headerFields
        guard response.status.code < 400 else {
            let status = response.status.code
            throw ErrorAnswer(
                status: status,
                envelope: ErrorEnvelope(reading: received, status: status, contentType: fields[.contentType]))
        }
        body = try ChatAnswer.plain(received, isStream: response.head.isEventStream)
        guard let root = try? JSONDocument(body).root,
            let message = root["choices"]?.elements.first?["message"]
        else {
            throw ChatAnswer.incomplete
        }
        let statement = response.facts[ReceiptFact.self]?.statement
        cacheStatus = response.facts[CacheFact.self]?.label
        text = message["content"]?.string ?? ""
        model = root["model"]?.string ?? statement?.model ?? OpenAIMeter.unknownModel
        usage = statement?.usage ?? ChatAnswer.usage(in: root)
        cost = statement?.cost ?? .unknown(reason: "the call was not metered")
        saved = statement?.saved ?? .nothing
    }

    /// The usage that an answer without a receipt reports, of a provider that nobody names.
    private static func usage(in root: JSONNode) -> Usage? {
        let quote = Quote(route: "/chat/completions", model: OpenAIMeter.unknownModel)
        let reader = UsageReader(convention: .compatible, quote: quote)
        return reader.usage(in: root, report: reader.report(in: root))
    }

    private static func plain(_ received: [UInt8], isStream: Bool) throws -> [UInt8] {
        guard isStream else { return received }
        var folding = ChatFolding()
        folding.consume(received)
        guard let folded = folding.finish() else { throw incomplete }
        return folded.body
    }

    private static var incomplete: Failure {
        Failure(.invalidAnswer, "The answer is not a complete chat completion.")
    }
}

/// An answer with an error status, read.
public struct ErrorAnswer: Error, Sendable, Hashable, CustomStringConvertible {
    /// The HTTP status, 400 or more.
    public let status: Int
    /// What the answer says about it.
    public let envelope: ErrorEnvelope

    public init(status: Int, envelope: ErrorEnvelope) {
        self.status = status
        self.envelope = envelope
    }

    public var description: String { "\(status) \(envelope.type): \(envelope.message)" }
}
