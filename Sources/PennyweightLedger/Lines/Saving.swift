public import PennyweightTime

/// A call that was answered without an attempt, or in part without one: charged nothing, with the original's
/// usage and what it avoided.
public struct Saving: Sendable, Hashable {
    public let callID: SortableID
    public let subject: Subject
    public let source: Source
    /// What the original answer used.
    public let usage: Usage?
    /// What the original answer cost: what this call did not cost again.
    public let avoided: Cost
    public let executedModel: String?
    public let at: Timestamp
    /// From the call's start until the answer was ready to be sent.
    public let duration: Duration?

    /// Where the answer came from.
    public enum Source: String, Sendable, Hashable, CaseIterable {
        /// A stored answer to the same request.
        case hit
        /// The answer to an identical call that was in flight.
        case coalesced
        /// A stored answer that was too old, served while or because no fresh one could be had.
        case stale
        /// A stored answer that the provider confirmed.
        case revalidated
        /// Stored answers to a part of what was asked. The rest was an attempt of the same call, so that this
        /// counts neither as a call nor as a hit.
        case partial
        /// A stored answer to a question that means the same.
        case semantic
    }

    public init(
        callID: SortableID, subject: Subject, source: Source, usage: Usage?, avoided: Cost,
        executedModel: String?, at: Timestamp, duration: Duration? = nil
    ) {
        self.callID = callID
        self.subject = subject
        self.source = source
        self.usage = usage
        self.avoided = avoided
        self.executedModel = executedModel
        self.at = at
        self.duration = duration
    }
}
