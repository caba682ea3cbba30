public import PennyweightLedger
internal import PennyweightPipeline
public import PennyweightTime

/// A ledger in one SQLite file: `synchronous=FULL`, group commit, rows that are never changed.
///
/// Any number of openings, in one process or several, may use a file at the same time. Each locks a byte of
/// `ledger.lock` beside the file, so that the others can tell whether it still lives.
///
/// ```swift
/// let ledger = try SQLiteLedger.open(at: data.ledgerPath, time: SystemTime())
/// try await ledger.sweep(at: time.now())   // closes what a dead process left
/// ```
///
/// Moving or deleting the file while it is open ends its use: every write fails from then on, so that nothing
/// is spent that no file remembers.
///
/// Reading and writing wait for nothing but the disk; cancelling the waiting task changes nothing.
public final class SQLiteLedger: Ledger {
    /// What an opening may do.
    public enum Access: Sendable, Hashable {
        /// Creates or updates the file, and can reserve and settle.
        case writing
        /// Only reads a file that exists; leaves no trace in it.
        case reading
    }

    struct Pen: Sendable {
        let writer: Writer
        let lock: EpochLock
        let epoch: Int64
        let ledger: LedgerPen
    }

    static let options = ConnectionOptions(synchronous: .full, mustStay: true)

    /// The file.
    public let path: String
    let pen: Pen?
    private let readers: Readers

    private init(path: String, pen: Pen?) {
        self.path = path
        self.pen = pen
        readers = Readers(path, SQLiteLedger.options)
    }

    /// Opens a ledger; creates the file with mode 0600 if there is none.
    ///
    /// Throws a `Failure` `ledgerUnavailable` if the file can't be used, is no ledger, or is of a newer
    /// version.
    public static func open(
        at path: String, access: Access = .writing, time: any TimeSource
    ) throws -> SQLiteLedger {
        try open(at: path, access: access, time: time, probe: nil)
    }

    static func open(
        at path: String, access: Access, time: any TimeSource, probe: StorageProbe?
    ) throws -> SQLiteLedger {
        try Failure.reporting(as: .ledgerUnavailable) {
            switch access {
            case .reading:
                try LedgerSchema.schema.check(Connection(path, options.reading))
                return SQLiteLedger(path: path, pen: nil)
            case .writing:
                return SQLiteLedger(path: path, pen: try pen(for: path, time: time, probe: probe))
            }
        }
    }

    private static func pen(for path: String, time: any TimeSource, probe: StorageProbe?) throws -> Pen {
        try PrivateFile.prepare(path)
        let connection = try Connection(path, options, probe: probe)
        try LedgerSchema.schema.migrate(connection)
        let stem = path.hasSuffix(".sqlite") ? String(path.dropLast(7)) : path
        let lock = try EpochLock(stem + ".lock")
        let epoch = try connection.transaction {
            let insert = try connection.statement(LedgerSchema.insertEpoch)
            let number = try insert.first(.of(time.now())) { try $0.integer() } ?? 0
            // Before the commit: nobody may see an epoch that looks dead.
            try lock.hold(number)
            return number
        }
        let ledger = try LedgerPen(connection, epoch: epoch)
        return Pen(
            writer: try Writer(connection, companion: ledger), lock: lock, epoch: epoch, ledger: ledger)
    }

    public func reserve(_ hold: Hold) async throws {
        let pen = try requirePen().ledger
        if let reason = try await write({ _ in try LedgerWriting(pen: pen).reserve(hold) }) {
            throw Failure(.overBudget, reason, wasNeverSent: true)
        }
    }

    @discardableResult
    public func settle(_ settlement: Settlement) async throws -> Bool {
        let pen = try requirePen().ledger
        return try await write { _ in try LedgerWriting(pen: pen).settle(settlement) }
    }

    public func enqueue(_ saving: Saving, onFailure: @escaping @Sendable (any Error) -> Void) {
        let onProblem: @Sendable (any Error) -> Void = { error in
            onFailure((error as? StorageProblem)?.failure(as: .ledgerUnavailable) ?? error)
        }
        do {
            let pen = try requirePen()
            pen.writer.enqueue(onFailure: onProblem) { _ in
                try LedgerWriting(pen: pen.ledger).record(saving)
            }
        } catch {
            onFailure(error)
        }
    }

    @discardableResult
    public func sweep(at time: Timestamp) async throws -> Int {
        let pen = try requirePen()
        var sweep = LedgerSweep(time: time, ownEpoch: pen.epoch)
        var closed = 0
        while true {
            // A page per transaction, so that a long list keeps no one out.
            let page = sweep
            let step = try await write { _ in try page.run(pen.ledger, lock: pen.lock) }
            closed += step.closed
            guard let next = step.next else { return closed }
            sweep = next
        }
    }

    public func renew(_ holds: [SortableID], until expiry: Timestamp) async throws {
        let pen = try requirePen().ledger
        try await write { _ in try LedgerWriting(pen: pen).renew(holds, until: expiry) }
    }

    public func attach(_ job: ProviderJob, to hold: SortableID) async throws {
        let pen = try requirePen().ledger
        try await write { _ in try LedgerWriting(pen: pen).attach(job, to: hold) }
    }

    public func openHold(of job: ProviderJob) async throws -> Hold? {
        try read {
            try LedgerReading(connection: $0).holds(LedgerSchema.holdOfJob, [.of(job.provider), .of(job.id)])
        }.first
    }

    public func balances(of claims: [BudgetClaim]) async throws -> [Balance] {
        let pen = try requirePen().ledger
        return try await write { _ in try claims.map { try LedgerCounters(pen: pen).balance(of: $0) } }
    }

    public func events(limit: Int) async throws -> [BudgetEvent] {
        try await untoldEvents(limit: limit)
    }

    public func confirm(_ event: SortableID) async throws {
        try await write { _ = try $0.statement(LedgerSchema.closeEvent).run(.of(event)) }
    }

    public func calibrations() async throws -> [Calibration] {
        try read { try LedgerReading(connection: $0).calibrations() }
    }

    public func report(_ query: ReportQuery) async throws -> Report {
        try await writeWhatWaits()
        return try read { try LedgerReports(connection: $0).report(query) }
    }

    /// Adds all lines up anew, for a file whose totals by hour and day don't equal its lines.
    ///
    /// It is one transaction: other writes wait until it is done (minutes for ten million lines), and
    /// reports show the old totals until then. Cancelling changes nothing. Throws a `Failure`
    /// `ledgerUnavailable` if it can't write.
    public func rebuildTotals() async throws {
        let pen = try requirePen().ledger
        try await write { try pen.rollups.rebuild(in: $0) }
    }

    /// The latest lines, newest first; what was enqueued just now may not be among them.
    ///
    /// Throws a `Failure` `storage` if they can't be read.
    public func lines(limit: Int) throws -> [LedgerLine] {
        try read { try LedgerReading(connection: $0).recentLines(limit: limit) }
    }

    /// The lines of one call, oldest first: its attempts, or its saving. At most a thousand.
    public func lines(of callID: SortableID) throws -> [LedgerLine] {
        try read { try LedgerReading(connection: $0).lines(of: callID) }
    }

    /// Finishes what is being written, and closes the file. What is reserved and not settled stays for a
    /// sweep.
    ///
    /// Everything afterwards throws.
    public func close() async {
        readers.close()
        guard let pen else { return }
        await pen.writer.close()
        pen.lock.release(pen.epoch)
    }

    /// Whatever was enqueued before is written before this empty write returns.
    func writeWhatWaits() async throws {
        if pen != nil { try await write { _ in } }
    }

    func read<Value>(_ work: (Connection) throws -> Value) throws -> Value {
        try Failure.reporting(as: .storage) { try readers.snapshot(work) }
    }

    func write<Value: Sendable>(
        _ work: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        let writer = try requirePen().writer
        do {
            return try await writer.write(work)
        } catch let problem as StorageProblem {
            throw problem.failure(as: problem.kind == .unexpectedRow ? .storage : .ledgerUnavailable)
        }
    }

    func requirePen() throws -> Pen {
        guard let pen else {
            throw Failure(
                .ledgerUnavailable, "'\(path)' was opened for reading: open it for writing to spend.")
        }
        return pen
    }
}
