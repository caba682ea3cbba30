public import PennyweightTime

/// How a stored answer is looked for.
public enum ReplayMatch: Sendable, Hashable {
    /// By the canonical form of the body: white space, member order and spellings don't matter.
    case standard
    /// By the exact bytes of the body.
    case strict
    /// By these top-level members of the body only, in canonical form; everything else in it may differ.
    case fields(Set<String>)
    /// The stored answer of this id, whatever the request says.
    case pinned(SortableID)
}
