internal import PennyweightPipeline

/// A stored answer that is served if the provider fails.
struct StaleAnswer: Sendable {
    let response: Response
    let entry: CacheEntry
}
