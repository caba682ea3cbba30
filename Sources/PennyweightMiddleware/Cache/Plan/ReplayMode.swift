/// What comes of a lookup: whether a stored answer is served, whether the provider is asked, and whether its
/// answer is kept.
///
/// Independent of how a stored answer is looked for (``ReplayMatch``).
public enum ReplayMode: String, Sendable, Hashable, CaseIterable {
    /// The cache is not asked and keeps nothing.
    case off
    /// The provider is always asked, and its answer is kept.
    case record
    /// A stored answer is served, or else the provider's, which is kept: the normal cache.
    case replayOrRecord = "replay-or-record"
    /// A stored answer is served, or else the provider's, which is not kept.
    case replayOrLive = "replay-or-live"
    /// A stored answer is served, or else an error: the provider is never asked.
    case replayOrError = "replay-or-error"
    /// A stored answer is served, or else a made-up one: the provider is never asked.
    case replayOrMock = "replay-or-mock"
    /// A made-up answer is served: free, at once, and never kept.
    case mock

    /// True if a stored answer may be served.
    public var replays: Bool {
        switch self {
        case .replayOrRecord, .replayOrLive, .replayOrError, .replayOrMock: true
        case .off, .record, .mock: false
        }
    }

    /// True if the provider's answer is kept.
    public var records: Bool { self == .record || self == .replayOrRecord }

    /// True if the provider may be asked.
    public var goesUpstream: Bool {
        switch self {
        case .off, .record, .replayOrRecord, .replayOrLive: true
        case .replayOrError, .replayOrMock, .mock: false
        }
    }
}
