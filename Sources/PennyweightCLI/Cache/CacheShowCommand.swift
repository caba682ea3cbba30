#if Gateway
internal import ArgumentParser
private import Foundation
internal import PennyweightMiddleware
internal import PennyweightPipeline
internal import PennyweightSQLite
internal import PennyweightTime

/// `pennyweight cache show`: one stored answer, and what it is about.
struct CacheShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows one stored answer, and what it is about.",
        discussion: "The question is not stored. --answer prints the answer alone, byte for byte.")

    @Argument(help: ArgumentHelp("Its id or its key.", valueName: "id"))
    var name: String

    @Flag(help: "Print the answer alone.")
    var answer = false

    @OptionGroup var secrets: CacheSecretOptions

    @OptionGroup var options: CacheOptions

    func run() async throws {
        try await Exit.withCodes {
            let secret = try secrets.secret()
            let cache = try CacheFile.open(in: options.data)
            var selection = CacheSelection()
            selection.id = SortableID(name)
            selection.key = CacheKey(name)
            guard selection.id != nil || selection.key != nil,
                let summary = try await cache.entries(selection, after: nil, limit: 1).entries.first
            else {
                throw Failure(
                    .storage,
                    "There is no stored answer '\(TextTable.shown(name, limit: 64))'; 'pennyweight cache "
                        + "list' shows them.")
            }
            let entry = try cache.peek(summary.key(openedWith: secret))
            await cache.close()
            if answer {
                guard let entry else {
                    throw Failure(
                        .storage,
                        "The answer is sealed, and not with the secret that is given: see --secret-file.")
                }
                FileHandle.standardOutput.write(Data(entry.body))
            } else {
                print(CacheText.description(summary, entry, at: SystemTime().now()), terminator: "")
            }
        }
    }
}
#endif
