/// The bounds of single flight: how many calls share one upstream call, for how long, and in how much memory.
///
/// Beyond each bound a call goes on alone, as if there was no single flight: it costs more, and fails no
/// call.
public struct FlightPolicy: Sendable, Hashable {
    /// Upstream calls that others may join, at once; 4,096 by default, and none for 0.
    public var maximumFlights = 4_096
    /// Calls that share one of them; 4,096 by default.
    public var maximumPassengers = 4_096
    /// The most of one answer that is kept for those who join late or read slowly: 16 MiB by default.
    ///
    /// Who joins when it is passed gets the whole answer at its end. Who has fallen behind by more gets the
    /// same if nothing was handed on yet, or else `Failure` `connectionLost`; asking again is a hit by then.
    public var logBytes = 16 << 20
    /// The same over all answers: 256 MiB by default. Past it each answer may keep a sixteenth of
    /// ``logBytes``.
    public var totalLogBytes = 256 << 20
    /// How long a call waits for the answer of another before it goes on alone; five minutes by default.
    public var patience: Duration = .seconds(300)
    /// Stale answers that are fetched anew in the background at once; 64 by default.
    public var maximumRefreshes = 64
    /// The longest that one of these may take; ten minutes by default.
    public var refreshLimit: Duration = .seconds(600)
    /// How long after a failed one the same is not tried again; ten seconds by default.
    public var refreshPause: Duration = .seconds(10)

    public init() {}
}
