#if Gateway
internal import ArgumentParser
internal import PennyweightMiddleware
internal import PennyweightPipeline
internal import PennyweightSQLite

/// `pennyweight cache import`: stores what an export has.
struct CacheImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Stores the answers of an export.",
        discussion: """
            What is stored already under the same key stays, unless --replace is given: an import that broke off is run
            again. Accounts and keys are those of the export: answers are found by the same requests only.

            Exit codes: 0 done, 64 wrong flags, 74 the file can't be read, or a line of it is no stored answer.
            """)

    @Argument(help: ArgumentHelp("The file that an export wrote.", valueName: "file"))
    var file: String

    @Flag(help: "Replace what is stored under the same key.")
    var replace = false

    @OptionGroup var options: CacheOptions

    func run() async throws {
        try await Exit.withCodes {
            let cache = try CacheFile.open(in: options.data, creating: true)
            let outcome = try await CacheImportCommand.read(
                LineFile(path: file), into: cache, replacing: replace)
            await cache.close()
            print("\(CacheText.count(outcome.stored)) stored, \(outcome.skipped) there already.")
            if outcome.isTorn {
                throw Failure(
                    .storage, "The last line of '\(file)' is incomplete: export it again to the end.")
            }
        }
    }

    /// What came of an import.
    struct Outcome: Equatable {
        var stored = 0
        var skipped = 0
        /// True if the file ends within a line.
        var isTorn = false
    }

    /// Stores line by line: memory holds one answer at a time.
    static func read(
        _ file: LineFile, into cache: SQLiteCache, replacing: Bool
    ) async throws -> Outcome {
        var outcome = Outcome()
        outcome.isTorn = try await file.forEachLine { line, number, _ in
            guard let (key, entry) = EntryLine.entry(in: line) else {
                throw Failure(
                    .storage,
                    "Line \(number) of '\(file.path)' is no stored answer. The lines before it are stored.")
            }
            var selection = CacheSelection()
            selection.key = key
            if !replacing, try await !cache.entries(selection, after: nil, limit: 1).entries.isEmpty {
                outcome.skipped += 1
            } else {
                try await cache.store(entry, for: key)
                outcome.stored += 1
            }
        }
        return outcome
    }
}
#endif
