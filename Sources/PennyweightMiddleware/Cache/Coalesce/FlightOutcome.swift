internal import PennyweightPipeline

/// What a flight has for one of its passengers.
enum FlightOutcome: Sendable {
    /// The answer as it comes, from its start: its reader is in the body.
    case answer(Response)
    /// The whole answer, to be turned into the form that was asked for.
    case entry(CacheEntry)
    /// A refusal that the same request would meet again.
    case refusal(Response, Receipt.Statement?)
    /// An answer for the leader alone.
    case unshared(Response)
    /// No answer, for the leader alone.
    case failed(any Error)
    /// Nothing that others may have: look again, and ask. True if the provider is to blame.
    case again(isFault: Bool)
    /// The wait is over.
    case waitedTooLong
    /// The caller has gone.
    case left
}
