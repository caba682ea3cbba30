#if Gateway
internal import ArgumentParser
internal import PennyweightMiddleware
internal import PennyweightSQLite
internal import PennyweightTime

/// `pennyweight cache list`: stored answers, the oldest first.
struct CacheListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists stored answers, the oldest first, without the answers.",
        discussion: """
            Examples:
              pennyweight cache list --account acme --stale
              pennyweight cache list --limit 0 --format csv > answers.csv
            """)

    @OptionGroup var selected: CacheSelectionOptions

    @Option(help: "How to print: table, json (one object a line) or csv.")
    var format = CacheFormat.table

    @Option(help: ArgumentHelp("At most so many; 0 for all.", valueName: "number"))
    var limit = 100

    @Option(help: ArgumentHelp("Only those after this id.", valueName: "id"))
    var after: SortableID?

    @OptionGroup var options: CacheOptions

    /// Entries that are read and printed at once.
    static let pageLimit = 500

    func validate() throws {
        if limit < 0 { throw ValidationError("'--limit' must not be negative.") }
    }

    func run() async throws {
        try await Exit.withCodes {
            let cache = try CacheFile.open(in: options.data)
            let now = SystemTime().now()
            let selection = selected.selection(at: now)
            var left = limit == 0 ? Int.max : limit
            var place = after
            var isFirst = true
            repeat {
                let page = try await cache.entries(
                    selection, after: place, limit: min(left, CacheListCommand.pageLimit))
                print(
                    CacheText.list(page.entries, as: format, hasTitle: isFirst, at: now), terminator: "")
                (left, place, isFirst) = (left - page.entries.count, page.next, false)
            } while place != nil && left > 0
            await cache.close()
        }
    }
}
#endif
