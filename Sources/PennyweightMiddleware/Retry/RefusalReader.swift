/// Tells refusals that no further attempt helps from those that one may, by their body.
///
/// A status alone doesn't say it: a provider answers 429 to who is too fast, and to who has no credit left.
/// `PennyweightOpenAI` has the one for OpenAI's wire format.
public protocol RefusalReader: Sendable {
    /// True if trying again is in vain. `body` is the whole answer.
    func isFinal(_ body: [UInt8]) -> Bool
}
