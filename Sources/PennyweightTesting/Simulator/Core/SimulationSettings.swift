/// How a video job of the simulated provider moves on.
public enum VideoProgress: Sendable, Hashable {
    /// It is done at this many look-ups.
    case polls(Int)
    /// It is done after this time.
    case time(Duration)
}

/// What a simulated provider is made with.
struct SimulationSettings: Sendable {
    var seed: UInt64
    /// Between two tokens of an answer.
    var pace: Duration
    /// What the fault `slow` waits.
    var slowness: Duration
    var videos: VideoProgress
    /// How long the URL of an image works.
    var imageLifetime: Duration
}
