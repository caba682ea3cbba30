/// How often a provider is asked for jobs that nobody else may ask for.
public struct JobPollPolicy: Sendable, Hashable {
    /// About how long a job is left alone before the first question; half of it at least.
    public var first = Duration.seconds(15)
    /// The longest time between two questions about one job. Each is twice as long as the one before.
    public var longest = Duration.seconds(5 * 60)
    /// How many questions are under way at once.
    public var atOnce = 4
    /// The time between two looks for jobs in the ledger.
    public var look = Duration.seconds(5)
    /// How long an answer may take.
    public var patience = Duration.seconds(60)
    /// The most jobs that are followed, the oldest first.
    public var jobLimit = 10_000

    public init() {}
}
