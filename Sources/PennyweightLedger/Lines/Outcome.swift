/// How an attempt ended.
public enum Outcome: String, Sendable, Hashable, CaseIterable {
    /// The caller got this attempt's answer, or as much of it as it wanted.
    case served
    /// The attempt failed or was refused, and another one took its place: a retry, or a fallback.
    case absorbed
    /// Another attempt of the same call was faster.
    case hedgeLost = "hedge-lost"
    /// The provider answered with an error status, which it doesn't charge.
    case refused
    /// It is proven that the request never left.
    case neverSent = "never-sent"
    /// The exchange broke off, or the process died: what happened upstream is not known.
    case abandoned
}
