internal import HTTPTypes
internal import PennyweightOpenAI

/// Why a caller isn't let through: a status and an error in OpenAI's shape. It never holds what was shown.
struct Refusal: Error, Hashable {
    let status: HTTPResponse.Status
    let envelope: ErrorEnvelope

    init(
        _ status: HTTPResponse.Status, _ code: String, _ message: String, param: String? = nil,
        type: String = "invalid_request_error"
    ) {
        self.status = status
        envelope = ErrorEnvelope(message: message, type: type, param: param, code: code)
    }

    /// 401: OpenAI's SDKs raise `AuthenticationError`.
    static func unauthenticated(_ message: String) -> Refusal {
        Refusal(.unauthorized, "invalid_api_key", message)
    }

    /// 403: OpenAI's SDKs raise `PermissionDeniedError`.
    static func forbidden(_ code: String, _ message: String, param: String? = nil) -> Refusal {
        Refusal(.forbidden, code, message, param: param)
    }

    /// 404 of something that the native API has not, or that is not the caller's to see.
    static func absent(_ message: String) -> Refusal {
        Refusal(.notFound, "not_found", message)
    }

    /// 400 of a parameter that is wrong.
    static func wrong(_ param: String, _ message: String) -> Refusal {
        Refusal(.badRequest, "invalid_value", message, param: param)
    }
}
