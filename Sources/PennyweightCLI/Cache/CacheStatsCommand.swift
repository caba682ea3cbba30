#if Gateway
internal import ArgumentParser
internal import PennyweightGateway
internal import PennyweightJSON
internal import PennyweightMiddleware
internal import PennyweightSQLite

/// `pennyweight cache stats`: how much the cache holds.
struct CacheStatsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "Counts stored answers, and the bytes that they take.")

    @Option(help: "How to print: table, json or csv.")
    var format = CacheFormat.table

    @OptionGroup var options: CacheOptions

    func run() async throws {
        try await Exit.withCodes {
            let cache = try CacheFile.open(in: options.data)
            var tiers = try cache.statistics().tiers
            await cache.close()
            if let media = try CacheFile.media(in: options.data) {
                tiers.append(try await media.statistics())
            }
            print(CacheText.statistics(tiers, as: format), terminator: "")
        }
    }
}
#endif
