/// Which top-level members of a body are no part of the cache key. Everything else is.
///
/// The list is part of the key itself, with the policy's name: an answer that was stored under one list is
/// never found under another.
public struct FieldPolicy: Sendable, Hashable {
    /// The endpoint and a version that grows when the meaning of a listed member changes: `chat/1`.
    public let name: String
    /// The members that are left out, sorted; at most 64.
    public let omitted: [String]

    /// Takes members that say how an answer travels, not what it is, and members that say for whom it is, if
    /// callers who differ in them share answers.
    public init(_ name: String, transportOnly: [String], attributionOnly: [String] = []) {
        self.name = name
        omitted = (transportOnly + attributionOnly).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
