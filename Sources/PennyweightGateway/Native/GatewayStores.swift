public import PennyweightLedger

/// What the gateway looks things up in: keys, calls and spending. It knows no store; they are handed in.
public struct GatewayStores: Sendable {
    public let ledger: any Ledger
    public let calls: any CallLog
    public let keys: any KeyStore
    /// The budgets that calls are held against, for the native API to show.
    public let budgets: [Budget]

    public init(
        ledger: any Ledger, calls: any CallLog, keys: any KeyStore, budgets: [Budget] = []
    ) {
        self.ledger = ledger
        self.calls = calls
        self.keys = keys
        self.budgets = budgets
    }
}
