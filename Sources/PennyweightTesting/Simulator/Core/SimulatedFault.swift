/// A fault that the simulated provider plays on request.
///
/// It is chosen by the model `simulated/<fault>` (which answers as `gpt-4o-mini-2024-07-18`), or for any
/// model by the header `x-simulate: <fault>` or a member `"x-simulate": "<fault>"` of the body, which passes
/// through a gateway. The header wins over the member, and the member over the model.
///
/// | fault | what the caller sees | what is billed |
/// |---|---|---|
/// | `400` … `599` | an error with this status; `429` has a `Retry-After: 1` | nothing |
/// | `quota` | 429 `insufficient_quota`, which no retry helps | nothing |
/// | `context` | 400 `context_length_exceeded` | nothing |
/// | `html` | 502 with an HTML page | nothing |
/// | `hang` | no answer, ever | nothing |
/// | `slow` | the first byte comes after the `slowness`, or `x-simulate-delay-ms` | everything |
/// | `cut` | the connection closes after half the answer | what was generated until then; plain: everything |
/// | `stall` | half the stream, then silence | what was generated until the caller leaves |
/// | `error-event` | half the stream, then an error object, then the end | what was generated until then |
/// | `malformed` | half an answer, then JSON that is broken off, and the end | as for `cut` |
/// | `no-usage` | a good answer without a usage object | everything |
/// | `filtered` | finish reason `content_filter` | everything |
/// | `refused` | a refusal in place of the content | everything |
/// | `failed` | a video job that fails; elsewhere it does nothing | nothing |
///
/// Plain routes take `stall` as `hang` and `error-event` as `500`. A suffix `-once`, `-twice` or `-3-times`
/// plays the fault for the first requests with the same body only, so that a retry gets an answer:
/// `429-once`, `500-twice`.
public struct SimulatedFault: Sendable, Hashable {
    /// What goes wrong.
    public enum Kind: Sendable, Hashable {
        case status(Int)
        case quota, context, html, hang, slow, cut, stall, errorEvent, malformed, noUsage, filtered, refused,
            failed
    }

    public var kind: Kind
    /// For how many requests with the same body it is played; nil for all.
    public var times: Int?

    /// Reads a fault's name; nil if there is no such fault.
    public init?(_ name: some StringProtocol) {
        var words = String(name).split(separator: "-").map(String.init)
        if words.last == "once" {
            times = 1
            words.removeLast()
        } else if words.last == "twice" {
            times = 2
            words.removeLast()
        } else if words.last == "times", words.count > 2, let count = Int(words[words.count - 2]) {
            times = count
            words.removeLast(2)
        }
        let name = words.joined(separator: "-")
        if let status = Int(name), (400...599).contains(status) {
            kind = .status(status)
        } else if let known = SimulatedFault.names[name] {
            kind = known
        } else {
            return nil
        }
    }

    static let names: [String: Kind] = [
        "quota": .quota, "context": .context, "html": .html, "hang": .hang, "slow": .slow, "cut": .cut,
        "stall": .stall, "error-event": .errorEvent, "malformed": .malformed, "no-usage": .noUsage,
        "filtered": .filtered, "refused": .refused, "failed": .failed,
    ]
}

extension SimulatedFault.Kind {
    /// The answer that this fault gives in place of a good one; nil if it changes a good one.
    func refusal(model: String) -> SimulatedReply? {
        switch self {
        case .status(404): SimulatedError.noSuchModel(model).reply
        case .status(let status): SimulatedFault.error(status).reply(retryAfter: status == 429 ? "1" : nil)
        case .quota: SimulatedFault.quota.reply
        case .context: SimulatedFault.context.reply
        case .html:
            SimulatedReply(
                status: 502, type: "text/html",
                content: .whole(Array("<html>\n<head><title>502 Bad Gateway</title></head>\n</html>\n".utf8)))
        default: nil
        }
    }
}

extension SimulatedFault {
    fileprivate static let quota = SimulatedError(
        status: 429, message: "You exceeded your current quota, please check your plan and billing details.",
        type: "insufficient_quota", code: "insufficient_quota")

    fileprivate static let context = SimulatedError(
        status: 400,
        message: "This model's maximum context length is 128000 tokens. However, your messages are longer.",
        parameter: "messages", code: "context_length_exceeded")

    fileprivate static func error(_ status: Int) -> SimulatedError {
        switch status {
        case 401:
            SimulatedError(status: 401, message: "Incorrect API key provided.", code: "invalid_api_key")
        case 429:
            SimulatedError(
                status: 429, message: "Rate limit reached. Please try again in 1s.", type: "requests",
                code: "rate_limit_exceeded")
        case 503:
            SimulatedError(
                status: 503, message: "The engine is currently overloaded, please try again later.",
                type: "service_unavailable_error", code: "server_is_overloaded")
        case 500...:
            SimulatedError(
                status: status, message: "The server had an error while processing your request.",
                type: "server_error")
        default: SimulatedError(status: status, message: "The simulated provider refuses with \(status).")
        }
    }
}

extension SimulatedError {
    fileprivate func reply(retryAfter: String?) -> SimulatedReply {
        var reply = reply
        if let retryAfter { reply.set("retry-after", retryAfter) }
        return reply
    }
}
