internal import HTTPTypes
internal import PennyweightJSON
internal import PennyweightLedger

/// What the simulated provider answers, before it is sent.
struct SimulatedReply: Sendable {
    enum Content: Sendable {
        case whole([UInt8])
        case stream([Piece])
    }

    /// One write of a stream.
    struct Piece: Sendable {
        var bytes: [UInt8]
        /// Output tokens that exist once this piece does: what is billed if the stream ends here.
        var generated: Int64
    }

    enum Wait: Sendable, Hashable {
        case none
        case time(Duration)
        case forever
    }

    enum Ending: Sendable, Hashable {
        case complete
        /// The connection is closed after the first half.
        case cut
        /// Nothing more comes after the first half, and the connection stays open.
        case stall
    }

    var status: Int
    var headers: HTTPFields
    var content: Content
    /// What a complete answer costs its caller; nil if nothing is billed.
    var bill: Bill?
    /// Before the first byte.
    var wait = Wait.none
    /// Before every piece but the first.
    var pace = Duration.zero
    var ending = Ending.complete
    /// How the bill is marked when everything was sent.
    var outcome = ProviderCharge.Outcome.served

    init(status: Int = 200, type: String, content: Content, bill: Bill? = nil) {
        self.status = status
        self.headers = [.contentType: type]
        self.content = content
        self.bill = bill
    }

    static func json(_ value: JSONValue, status: Int = 200, bill: Bill? = nil) -> SimulatedReply {
        SimulatedReply(status: status, type: "application/json", content: .whole(value.bytes), bill: bill)
    }

    mutating func set(_ name: String, _ value: String) {
        if let name = HTTPField.Name(name) { headers[name] = value }
    }
}

/// The usage that a call is billed for, before it is priced.
struct Bill: Sendable {
    /// The call that is billed, by its number.
    var call: UInt64 = 0
    /// The id of the answer.
    var id: String
    /// `/chat/completions`.
    var route: String
    var model: SimulatedModel
    var usage: Usage

    /// The same call with fewer output tokens: it ended early.
    func ending(at generated: Int64) -> Bill {
        var bill = self
        guard let whole = usage.tokens?.output else { return bill }
        let output = min(whole, generated)
        bill.usage.tokens?.output = output
        // The classes within the output must not exceed it.
        if let reasoning = usage.tokens?.reasoning { bill.usage.tokens?.reasoning = min(reasoning, output) }
        if let image = usage.tokens?.imageOutput { bill.usage.tokens?.imageOutput = min(image, output) }
        if let audio = usage.tokens?.audioOutput { bill.usage.tokens?.audioOutput = min(audio, output) }
        return bill
    }
}

/// An error as OpenAI words it.
struct SimulatedError: Error, Sendable {
    var status: Int
    var message: String
    var type = "invalid_request_error"
    var parameter: String?
    var code: String?

    var json: JSONValue {
        .record([
            "error": .record([
                "message": .text(message), "type": .text(type), "param": .textOrNull(parameter),
                "code": .textOrNull(code),
            ])
        ])
    }

    var reply: SimulatedReply { .json(json, status: status) }

    static func missing(_ parameter: String) -> SimulatedError {
        SimulatedError(
            status: 400, message: "Missing required parameter: '\(parameter)'.", parameter: parameter,
            code: "missing_required_parameter")
    }

    static func invalid(_ parameter: String, _ message: String) -> SimulatedError {
        SimulatedError(status: 400, message: message, parameter: parameter, code: "invalid_value")
    }

    static func noSuchModel(_ model: String) -> SimulatedError {
        SimulatedError(
            status: 404, message: "The model `\(model)` does not exist or you do not have access to it.",
            code: "model_not_found")
    }
}
