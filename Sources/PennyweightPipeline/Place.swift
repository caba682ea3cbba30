/// Where a stage belongs in a pipeline, outermost first.
///
/// The order is what the promises rest on. The cache stands outside `retry`, `rateLimit` and `metering`: a
/// hit costs neither a wait nor money. `rateLimit` and `metering` stand inside `retry`: every attempt draws,
/// and every attempt is a ledger line. `authorize` is last: no other stage ever sees a provider's key.
public enum Place: Int, Sendable, Comparable, CaseIterable {
    /// Logs, measures and traces the whole exchange.
    case observe
    /// Bounds the whole exchange in time.
    case deadline
    /// Reads on when the caller has gone.
    case drain
    /// Asks for what accounting needs and hides it from the caller.
    case disclosure
    /// Repeats the first answer to a repeated command.
    case idempotency
    /// Answers without paying.
    case cache
    /// Chooses provider and model.
    case route
    /// Tries one target again.
    case retry
    /// Waits for a turn.
    case rateLimit
    /// Reserves before, settles after.
    case metering
    /// Bounds the silence between two chunks.
    case idleTimeout
    /// Adds the provider's credential.
    case authorize
    /// Has no place of its own and may stand between any two stages.
    case anywhere

    public static func < (left: Place, right: Place) -> Bool {
        left.rawValue < right.rawValue
    }
}
