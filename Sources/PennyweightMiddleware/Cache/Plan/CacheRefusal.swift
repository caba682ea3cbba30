/// Why the cache answers with an error of its own: nothing stored is served, and the provider may not be
/// asked.
public enum CacheRefusal: String, Error, Sendable, Hashable, CaseIterable {
    /// `only-if-cached` without a stored answer (RFC 9111 section 5.2.1.7): 504.
    case notCached = "only-if-cached"
    /// ``ReplayMode/replayOrError``, or a pinned recording, without one: 404.
    case recordingNotFound = "recording-not-found"
    /// A made-up answer to a request that none can be made up for: 400.
    case mockUnavailable = "mock-unavailable"

    /// The status of the answer.
    public var status: Int {
        switch self {
        case .notCached: 504
        case .recordingNotFound: 404
        case .mockUnavailable: 400
        }
    }
}
