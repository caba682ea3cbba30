#if Gateway
internal import ArgumentParser
internal import PennyweightGateway
internal import PennyweightLedger
internal import PennyweightSQLite
internal import PennyweightTime

/// `pennyweight ledger reprice`: what attempts cost by another price book.
struct LedgerRepriceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reprice",
        abstract: "Prices attempts again with another price book; books the difference only when told.",
        discussion: """
            Prints what each model was charged, what the book charges, and the difference. With --book, one line of
            kind 'correction' is added for each line that comes to another cost; doing it again adds nothing. Lines
            without usage, with an estimated cost or without a price are listed, not guessed. A line of unknown cost
            that has a price now is corrected from nothing, and no longer counts as unknown.

            Prices are those of 'prices list', by the same flags: the shipped ones with an overlay, for a region.
            --prices also takes a whole book, in the place of the shipped one. A gateway that runs counts corrections in its budgets after its next start.

            Examples:
              pennyweight ledger reprice --since 2026-11-01 --config gateway.yaml
              pennyweight ledger reprice --since 2026-11-01 --prices negotiated.json --region eu
              pennyweight ledger reprice --since 2026-11-01 --until 2026-12-01 --prices prices.json --book

            Exit codes: 0 done, 64 wrong flags, 74 a file can't be read or written.
            """)

    @Option(help: ArgumentHelp("Attempts from this UTC day or hour on.", valueName: "YYYY-MM-DD[THH]"))
    var since: ReportPoint

    @Option(help: ArgumentHelp("Attempts before this UTC day or hour.", valueName: "YYYY-MM-DD[THH]"))
    var until: ReportPoint?

    @OptionGroup var source: PriceBookOptions

    @Option(
        help: ArgumentHelp(
            "Where the provider ran the calls, like eu, for prices that differ by region. (default: the "
                + "configuration's)", valueName: "name"))
    var region: String?

    @Flag(help: "Add the corrections to the ledger.")
    var book = false

    @Option(help: "How to print: table or json.")
    var format = LedgerFormat.table

    @OptionGroup var options: LedgerOptions

    func validate() throws {
        if let until, since.time >= until.time {
            throw ValidationError("'--until' has to be later than '--since'.")
        }
    }

    func run() async throws {
        try await Exit.withCodes {
            let reading = try LedgerFile.reading(in: options.data)
            let prices = try await prices()
            var run = RepriceRun(
                prices: prices.book, region: prices.region, since: since.time, until: until?.time)
            var booked = 0
            if book {
                let time = SystemTime()
                let ledger = try SQLiteLedger.open(at: reading.path, time: time)
                try await run.run(reading) { corrections in
                    booked += try await ledger.correct(corrections, at: time.now())
                }
                await ledger.close()
            } else {
                try await run.run(reading) { _ in }
            }
            await reading.close()
            let text = RepriceText(repricing: run.repricing, booked: book ? booked : nil)
            switch format {
            case .table: for line in text.lines { print(line) }
            case .json: print(text.json, terminator: "")
            }
        }
    }

    /// Throws ``Unreadable`` with what is wrong with a file.
    private func prices() async throws -> (book: PriceBook, region: String?) {
        do {
            return try await source.prices(in: region)
        } catch let error as ConfigurationError {
            throw Unreadable(text: "\(error)")
        }
    }
}
#endif
