/// Brings two sides' names of models together: aliases of the price book, and dated snapshots.
///
/// A provider bills `gpt-4o-2024-08-06` where a caller asked for `gpt-4o`. As soon as one of the sides uses
/// the name without a date, all snapshots of that model are compared as one; as long as both sides use dates,
/// each snapshot is compared on its own.
struct ModelNames {
    private let book: PriceBook?
    private let provider: String
    private var seen: Set<String> = []

    init(book: PriceBook?, provider: String) {
        self.book = book
        self.provider = provider
    }

    /// Notes a name that one of the sides uses; returns it with its alias resolved.
    mutating func note(_ name: String) -> String {
        let resolved = book?.model(named: name, provider: provider)?.id ?? name
        seen.insert(resolved)
        return resolved
    }

    /// The name to compare under, once all names are noted.
    func family(of name: String) -> String {
        guard let undated = ModelNames.undated(name), seen.contains(undated) else { return name }
        return undated
    }

    /// The name without a date at its end (`-2024-08-06`, `-20241022`, `-0613`); nil if it has none.
    static func undated(_ name: String) -> String? {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        let widths = parts.reversed().prefix(3).map { part in
            part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? part.utf8.count : 0
        }
        let count =
            widths.count == 3 && widths == [2, 2, 4] ? 3 : [4, 8].contains(widths.first ?? 0) ? 1 : 0
        guard count > 0, parts.count > count else { return nil }
        return parts.dropLast(count).joined(separator: "-")
    }
}
