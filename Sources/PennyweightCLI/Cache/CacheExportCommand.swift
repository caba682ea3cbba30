#if Gateway
internal import ArgumentParser
private import Foundation
internal import PennyweightMiddleware
internal import PennyweightPipeline
internal import PennyweightSQLite
internal import PennyweightTime

/// `pennyweight cache export`: stored answers as JSON lines, in the order of their ids.
struct CacheExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes stored answers as JSON lines, one a line.",
        discussion: """
            The file holds the answers themselves, in plain: it gets mode 0600. An export that broke off goes on with
            --resume, after the last complete line of the file. Of sealed answers those are written that the secret
            opens (--secret-file); if there are others, the command says how many, and ends with code 74.

            Examples:
              pennyweight cache export --out answers.jsonl
              pennyweight cache export --out answers.jsonl --resume
              pennyweight cache export --model 'gpt-4o*' | gzip > answers.jsonl.gz
            """)

    @OptionGroup var selected: CacheSelectionOptions

    @Option(help: ArgumentHelp("The file to write; standard output without it.", valueName: "file"))
    var out: String?

    @Flag(help: "Go on after the last complete line of the file.")
    var resume = false

    @OptionGroup var secrets: CacheSecretOptions

    @OptionGroup var options: CacheOptions

    func validate() throws {
        if resume, out == nil { throw ValidationError("'--resume' needs '--out'.") }
    }

    func run() async throws {
        try await Exit.withCodes {
            let secret = try secrets.secret()
            let cache = try CacheFile.open(in: options.data)
            let (writer, after) = try await target()
            let outcome = try await CacheExportCommand.export(
                cache, selected.selection(at: SystemTime().now()), after: after, openedWith: secret,
                to: writer)
            await cache.close()
            if let out { print("\(CacheText.count(outcome.written)) written to '\(out)'.") }
            if outcome.locked > 0 {
                throw Failure(
                    .storage,
                    "\(CacheText.count(outcome.locked)) left out: sealed with "
                        + "\(secret == nil ? "a secret, and none is given" : "another secret"); "
                        + "name the file with it by --secret-file.")
            }
        }
    }

    /// Where to write, and the last id that stands there.
    private func target() async throws -> (writer: LineWriter, after: SortableID?) {
        guard let out else { return (.standardOutput, nil) }
        let file = LineFile(path: out)
        guard FileManager.default.fileExists(atPath: out) else { return (try file.writer(at: 0), nil) }
        guard resume else {
            throw Failure(.storage, "'\(out)' exists: name another file, or go on with it by --resume.")
        }
        var (last, end) = (nil as SortableID?, 0)
        try await file.forEachLine { line, number, offset in
            guard let entry = EntryLine.entry(in: line) else {
                throw Failure(.storage, "Line \(number) of '\(out)' is no stored answer: name another file.")
            }
            (last, end) = (entry.entry.id, offset)
        }
        return (try file.writer(at: end), last)
    }

    /// What came of an export: how many answers were written, and how many take another secret.
    struct Outcome: Equatable {
        var written = 0
        var locked = 0
    }

    /// Writes what is selected, page by page: memory holds one answer at a time.
    static func export(
        _ cache: SQLiteCache, _ selection: CacheSelection, after: SortableID?,
        openedWith secret: CacheSecret?, to writer: LineWriter
    ) async throws -> Outcome {
        var outcome = Outcome()
        var place = after
        repeat {
            let page = try await cache.entries(selection, after: place, limit: CacheListCommand.pageLimit)
            for summary in page.entries {
                let key = summary.key(openedWith: secret)
                // What went meanwhile is left out.
                guard let entry = try cache.peek(key), entry.id == summary.id else {
                    if summary.isSealed { outcome.locked += 1 }
                    continue
                }
                try writer.write(EntryLine.text(entry, for: key))
                outcome.written += 1
            }
            place = page.next
        } while place != nil
        try writer.finish()
        return outcome
    }
}
#endif
