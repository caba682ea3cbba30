public import PennyweightMiddleware

extension OpenAIMeter {
    /// Videos: their answers say only that the work was accepted.
    public var jobs: (any JobReader)? { VideoJobs() }
}
