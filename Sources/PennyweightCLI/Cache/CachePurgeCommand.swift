#if Gateway
internal import ArgumentParser
internal import PennyweightMiddleware
internal import PennyweightSQLite
internal import PennyweightTime

/// `pennyweight cache purge`: removes stored answers, after it has said which.
struct CachePurgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Removes stored answers; says how many, and removes them with --yes.",
        discussion: """
            Without --yes nothing is removed. What is removed is gone at once, also from the memory of gateways that use
            the same file. Without any condition it is everything: that needs --all.

            Examples:
              pennyweight cache purge --model 'gpt-3.5*'
              pennyweight cache purge --tag release=41 --yes
              pennyweight cache purge --all --yes

            Exit codes: 0 done, 64 wrong flags, 74 there is no cache, or it can't be written.
            """)

    @OptionGroup var selected: CacheSelectionOptions

    @Flag(help: "Remove everything.")
    var all = false

    @Flag(help: "Remove what is selected.")
    var yes = false

    @OptionGroup var options: CacheOptions

    func validate() throws {
        let isEverything = selected.selection(at: Timestamp(seconds: 0)).isEverything
        if isEverything, !all { throw ValidationError("Say what to remove, or '--all'.") }
        if !isEverything, all { throw ValidationError("Give conditions or '--all', not both.") }
    }

    func run() async throws {
        try await Exit.withCodes {
            let cache = try CacheFile.open(in: options.data)
            let selection = selected.selection(at: SystemTime().now())
            if yes {
                let count = try await cache.remove(selection)
                // Nothing refers to an image any more.
                if all { try await CacheFile.media(in: options.data)?.removeAll() }
                print("\(CacheText.count(count)) removed.")
            } else {
                let (count, bytes) = try await CachePurgeCommand.measure(selection, in: cache)
                print("\(CacheText.count(count)) would be removed, \(bytes) bytes in plain.")
                if count > 0 { print("Nothing is removed yet: add --yes to remove them.") }
            }
            await cache.close()
        }
    }

    /// Counts what a selection picks.
    static func measure(
        _ selection: CacheSelection, in cache: any CacheStore
    ) async throws -> (count: Int, bytes: Int) {
        var (count, bytes) = (0, 0)
        var place: SortableID?
        repeat {
            let page = try await cache.entries(selection, after: place, limit: CacheListCommand.pageLimit)
            count += page.entries.count
            bytes += page.entries.reduce(0) { $0 + $1.bytes }
            place = page.next
        } while place != nil
        return (count, bytes)
    }
}
#endif
