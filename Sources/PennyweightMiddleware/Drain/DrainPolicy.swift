/// How far an answer is read on after its caller has gone.
public struct DrainPolicy: Sendable, Hashable {
    /// Bytes of the body, counted from when the caller left: 256 KiB by default.
    public var limitBytes: Int
    /// From when the caller left until the exchange is cancelled: 30 seconds by default.
    public var patience: Duration

    public init(limitBytes: Int = 256 * 1_024, patience: Duration = .seconds(30)) {
        self.limitBytes = limitBytes
        self.patience = patience
    }
}
