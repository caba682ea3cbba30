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
            again. Accounts and keys are those of the export: answers are found by the same requests only. With a secret
            (--secret-file) all of them are sealed; what was sealed before takes the same secret as then.

            Exit codes: 0 done, 64 wrong flags, 74 the file can't be read, or a line of it is no stored answer.
            """)

    @Argument(help: ArgumentHelp("The file that an export wrote.", valueName: "file"))
    var file: String

    @Flag(help: "Replace what is stored under the same key.")
    var replace = false

    @OptionGroup var secrets: CacheSecretOptions

    @OptionGroup var options: CacheOptions

    func run() async throws {
        try await Exit.withCodes {
            let secret = try secrets.secret()
            let cache = try CacheFile.open(in: options.data, creating: true)
            let outcome = try await CacheImportCommand.read(
                LineFile(path: file), into: cache, sealedWith: secret, replacing: replace)
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
        _ file: LineFile, into cache: SQLiteCache, sealedWith secret: CacheSecret?, replacing: Bool
    ) async throws -> Outcome {
        var outcome = Outcome()
        outcome.isTorn = try await file.forEachLine { line, number, _ in
            guard let read = EntryLine.entry(in: line) else {
                throw Failure(
                    .storage,
                    "Line \(number) of '\(file.path)' is no stored answer. The lines before it are stored.")
            }
            guard let key = CacheImportCommand.key(read.key, wasSealed: read.isSealed, secret) else {
                throw Failure(
                    .storage,
                    "Line \(number) of '\(file.path)' was sealed: it takes the secret, see --secret-file. "
                        + "The lines before it are stored.")
            }
            let entry = read.entry
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

    /// The key to store under: a blinded one as it is, any other is blinded. Nil if there is no secret for a
    /// blinded one: it would be found by nobody.
    private static func key(_ key: CacheKey, wasSealed: Bool, _ secret: CacheSecret?) -> CacheKey? {
        guard let secret else { return wasSealed ? nil : key }
        return wasSealed ? CacheKey(digest: key.digest, secret: secret) : key.blinded(by: secret)
    }
}
#endif
