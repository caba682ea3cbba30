internal import PennyweightPipeline

/// How long an upstream may be silent.
public struct IdleTimeoutPolicy: Sendable, Hashable {
    /// From sending the request to the answer's head, and again from the head to the first chunk. A model
    /// that thinks before it answers is silent for minutes, and so is a plain answer until it is whole: ten
    /// minutes by default, what OpenAI's own clients allow.
    public var beforeFirst: Duration
    /// Between two chunks: two minutes by default.
    public var between: Duration

    public init(beforeFirst: Duration = .seconds(600), between: Duration = .seconds(120)) {
        self.beforeFirst = beforeFirst
        self.between = between
    }

    func silence(isFirst: Bool) -> Failure {
        let allowed = isFirst ? beforeFirst : between
        let what = isFirst ? "sent no answer" : "stopped in the middle of its answer"
        return Failure(
            .idleTimeout,
            "The provider \(what): it was silent for longer than the \(allowed) that it is allowed.")
    }
}
