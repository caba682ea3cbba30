public import PennyweightLedger
public import PennyweightTime

/// One call that the simulated provider billed.
public struct ProviderCharge: Sendable, Hashable {
    /// How the call ended, seen from the provider.
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// The answer was sent whole.
        case served
        /// A fault broke the answer off, or made it unreadable.
        case cut
        /// The client left before the answer was complete, or the provider was stopped.
        case clientGone = "client-gone"
    }

    /// The id of the answer: `chatcmpl-…`.
    public let id: String
    /// `/chat/completions`.
    public let route: String
    /// The model that ran.
    public let model: String
    public let usage: Usage
    /// Nil if the price book has no price for it.
    public let amount: Money?
    public let outcome: Outcome
    public let at: Timestamp
}
