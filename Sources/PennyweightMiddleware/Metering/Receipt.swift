public import PennyweightLedger
public import PennyweightPipeline
private import Synchronization

/// Tells what a call cost, as soon as that is known: at the end of the answer's body.
///
/// The response carries it as the fact ``ReceiptFact``. For a hit it is filled in from the start.
public final class Receipt: Sendable {
    private let state: Mutex<Statement?>

    public init(_ statement: Statement? = nil) {
        state = Mutex(statement)
    }

    /// What is known: nil until the body has ended.
    public var statement: Statement? { state.withLock { $0 } }

    /// Fills it in; the first statement stands.
    public func issue(_ statement: Statement) {
        state.withLock { if $0 == nil { $0 = statement } }
    }

    /// What a call cost and saved, and what ran.
    public struct Statement: Sendable, Hashable {
        /// What the attempt that was served cost; nothing for a hit.
        public var cost: Cost
        /// What a hit avoided; nothing for an attempt.
        public var saved: Cost
        public var provider: String
        /// The model that ran, or that was asked for if the answer names none.
        public var model: String
        public var usage: Usage?

        public init(cost: Cost, saved: Cost = .nothing, provider: String, model: String, usage: Usage? = nil)
        {
            self.cost = cost
            self.saved = saved
            self.provider = provider
            self.model = model
            self.usage = usage
        }
    }
}

/// The receipt of the attempt that was served, or of the hit; nil on a route that can't cost money.
public enum ReceiptFact: FactKey {
    public static var defaultValue: Receipt? { nil }
}

/// The caller's key as a label that reveals nothing, for the ledger; nil if the caller sent none.
public enum KeyLabel: ContextKey {
    public static var defaultValue: String? { nil }
}

/// The end user that the caller names, for the ledger and for budgets; nil if it names none.
public enum EndUser: ContextKey {
    public static var defaultValue: String? { nil }
}
