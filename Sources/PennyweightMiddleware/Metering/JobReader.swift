public import PennyweightPipeline

/// Reads out of one wire format the jobs that a provider goes on with after it has answered: videos.
///
/// The request that starts a job is reserved like any other. Its answer says only that the work was accepted,
/// so its hold stays open until an answer to a later request says how the job ended.
public protocol JobReader: Sendable {
    /// True if the answer to a request of this route may be a job.
    func mayStart(_ route: String) -> Bool

    /// The job that a request looks at, or ends; nil if it does neither.
    func inquiry(_ request: Request) -> JobInquiry?

    /// The path below the base URL that a `GET` asks for a job's state; nil if no path can hold the id.
    func statePath(of id: String) -> String?

    /// What the whole body of an answer says about a job; nil if it doesn't.
    func report(in body: [UInt8]) -> JobReport?
}

/// A request about a job that another request has started.
public struct JobInquiry: Sendable, Hashable {
    /// What it asks for.
    public enum Kind: Sendable, Hashable {
        /// The job itself: the answer is a ``JobReport``.
        case state
        /// What the job has made, or anything else that changes nothing.
        case content
        /// Its removal: afterwards nobody can ask for its state.
        case removal
    }

    /// The provider's id for the job.
    public var id: String
    public var kind: Kind
    /// The path below the base URL that a `GET` asks for the job's state.
    public var statePath: String

    public init(id: String, kind: Kind, statePath: String) {
        self.id = id
        self.kind = kind
        self.statePath = statePath
    }
}

/// What an answer says about a job.
public struct JobReport: Sendable, Hashable {
    /// How far it is.
    public enum State: Sendable, Hashable {
        /// It is waiting or being worked on, or in a state that nobody knows.
        case running
        /// It is done, and the summary says what was delivered.
        case delivered
        /// The provider says that it failed, and charges nothing.
        case failed
        /// It was ended by somebody. What that costs, nobody says.
        case ended
    }

    /// The provider's id for the job.
    public var id: String
    public var state: State
    /// What was delivered, as far as the answer says: usage, and the model that ran.
    public var summary: UsageSummary

    public init(id: String, state: State, summary: UsageSummary = UsageSummary(isComplete: true)) {
        self.id = id
        self.state = state
        self.summary = summary
    }
}
