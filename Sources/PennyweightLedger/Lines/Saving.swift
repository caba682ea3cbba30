public import PennyweightTime

/// A call that was answered without an attempt: charged nothing, with the original's usage and what it
/// avoided.
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

    /// Where the answer came from.
    public enum Source: String, Sendable, Hashable, CaseIterable {
        /// A stored answer to the same request.
        case hit
    }

    public init(
        callID: SortableID, subject: Subject, source: Source, usage: Usage?, avoided: Cost,
        executedModel: String?, at: Timestamp
    ) {
        self.callID = callID
        self.subject = subject
        self.source = source
        self.usage = usage
        self.avoided = avoided
        self.executedModel = executedModel
        self.at = at
    }
}
