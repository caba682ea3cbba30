#if Gateway
internal import ArgumentParser

/// `pennyweight cache`: what can be done with the cache's file.
struct CacheCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache",
        abstract: "Shows, lists, purges, exports and imports stored answers.",
        discussion: """
            All of these work while gateways use the cache. What is purged is gone at once, also from their memory.

            Examples:
              pennyweight cache stats
              pennyweight cache list --model 'gpt-4o*' --older-than 7d
              pennyweight cache show 01985a3c-5c1f-7d6e-8b3f-2f1d0c9b8a7e
              pennyweight cache purge --tag release=41
              pennyweight cache export --out answers.jsonl
            """,
        subcommands: [
            CacheStatsCommand.self, CacheListCommand.self, CacheShowCommand.self, CachePurgeCommand.self,
            CacheExportCommand.self, CacheImportCommand.self,
        ])
}

/// The directory whose cache a command is about.
struct CacheOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The directory with cache.sqlite.", valueName: "dir"))
    var data = "./pennyweight-data"
}

/// How a command prints what it found.
enum CacheFormat: String, CaseIterable, ExpressibleByArgument {
    case table, json, csv
}
#endif
