private import HTTPTypes
public import PennyweightPipeline

extension ErrorEnvelope {
    /// The envelope of an error that ended a call here. An error of an unknown type tells nothing about
    /// itself.
    public init(_ error: any Error) {
        switch error {
        case let problem as RequestProblem:
            self.init(
                message: problem.failure.message, type: "invalid_request_error", param: problem.param,
                code: problem.code)
        case let failure as Failure:
            let kind = ErrorEnvelope.kind(of: failure.code)
            self.init(
                message: failure.message, type: kind.type, param: failure.param, code: kind.code)
        default:
            self.init(
                message: "Something went wrong inside the gateway; its log has the details.",
                type: "server_error",
                code: "internal_error")
        }
    }

    /// The whole answer to a call that ended in this error: status, envelope, and when to try again.
    public static func response(for error: any Error) -> Response {
        let retryAfter = (error as? Failure)?.retryAfter
        return ErrorEnvelope(error).response(.init(code: status(of: error)), retryAfter: retryAfter)
    }

    /// The HTTP status for an error that ended a call here.
    public static func status(of error: any Error) -> Int {
        switch error {
        case is RequestProblem: 400
        case let failure as Failure: kind(of: failure.code).status
        default: 500
        }
    }

    private struct Kind {
        var status: Int
        var type: String
        var code: String
    }

    private static func kind(of code: Failure.Code) -> Kind {
        let name = code.description
        return switch code {
        case .invalidRequest: Kind(status: 400, type: "invalid_request_error", code: name)
        case .bodyTooLarge: Kind(status: 413, type: "invalid_request_error", code: name)
        case .rateLimited: Kind(status: 429, type: "requests", code: "rate_limit_exceeded")
        case .overBudget: Kind(status: 402, type: "insufficient_quota", code: "insufficient_quota")
        case .unpriced: Kind(status: 402, type: "invalid_request_error", code: name)
        case .deadlineExceeded, .idleTimeout: Kind(status: 504, type: "server_error", code: name)
        case .connectionFailed, .connectionLost, .invalidAnswer:
            Kind(status: 502, type: "server_error", code: name)
        case .ledgerUnavailable, .shuttingDown:
            Kind(status: 503, type: "service_unavailable_error", code: name)
        default: Kind(status: 500, type: "server_error", code: name)
        }
    }

    /// The type and code for an upstream's status, where its answer names none.
    static func defaults(forStatus status: Int) -> (type: String, code: String?) {
        switch status {
        case 401: ("invalid_request_error", "invalid_api_key")
        case 402: ("insufficient_quota", "insufficient_quota")
        case 429: ("requests", "rate_limit_exceeded")
        case 503: ("service_unavailable_error", nil)
        case 500...: ("server_error", nil)
        default: ("invalid_request_error", nil)
        }
    }
}
