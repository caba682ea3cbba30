public import PennyweightPipeline

/// Why a request can't be accepted, with the parameter that is to blame.
public struct RequestProblem: Error, Sendable, CustomStringConvertible {
    /// A `Failure` `invalidRequest` that was never sent.
    public let failure: Failure
    /// The request's parameter that is wrong, for `param` of the error answer; nil if it is the body as a
    /// whole.
    public let param: String?
    /// OpenAI's code for it: `missing_required_parameter`, `invalid_type`; nil where OpenAI gives none.
    public let code: String?

    public init(_ message: String, param: String? = nil, code: String? = nil) {
        failure = Failure(.invalidRequest, message, wasNeverSent: true)
        self.param = param
        self.code = code
    }

    public var description: String { failure.description }
}
