/// One command that the simulated provider received, billed or not.
public struct ProviderAttempt: Sendable, Hashable {
    /// The request header whose value becomes the ``label``; it passes through the gateway.
    public static let labelHeader = "x-simulate-label"

    /// Grows with each call; none has the number of another.
    public let number: UInt64
    /// What the caller calls it, so that a bill can be compared with a ledger attempt by attempt; nil if it
    /// gave no name.
    public let label: String?
    /// The path with its query.
    public let path: String
    /// What was billed for it; nil if nothing was, or not yet.
    public internal(set) var charge: ProviderCharge?
}
