private import HTTPTypes
public import Logging
public import PennyweightLedger
public import PennyweightPipeline
public import PennyweightTime

/// Asks a provider for the jobs that run on and that perhaps no caller asks for, so that each is settled by
/// what was delivered and not, a day later, by its bound.
///
/// ```swift
/// let poller = JobPoller(
///     jobs: ledger, reader: reader, provider: "openai", upstream: pipeline, time: time, random: random,
///     logger: logger)
/// await poller.run()  // until its task is cancelled
/// ```
///
/// It reads the open jobs from the ledger, so it goes on with those of a process that died. The questions go
/// through the pipeline, whose stage `Metering` settles what has ended: once, whoever asks first, a caller,
/// this poller, or that of another process. A question that fails is asked again later; a job that the
/// provider has no more is left to its expiry.
public struct JobPoller: Sendable {
    /// The most of an answer that is read.
    private static let answerLimitBytes = 1 << 20

    private let jobs: any JobLog
    private let reader: any JobReader
    private let provider: String
    private let upstream: any Transport
    private let time: any TimeSource
    private let random: any RandomSource
    private let logger: Logger
    private let policy: JobPollPolicy

    /// Makes a poller of one provider's jobs; `upstream` is the pipeline that callers use, too.
    public init(
        jobs: any JobLog, reader: any JobReader, provider: String, upstream: any Transport,
        time: any TimeSource, random: any RandomSource, logger: Logger,
        policy: JobPollPolicy = JobPollPolicy()
    ) {
        self.jobs = jobs
        self.reader = reader
        self.provider = provider
        self.upstream = upstream
        self.time = time
        self.random = random
        var quiet = logger
        // What goes well is no news; the stages log what doesn't.
        quiet.logLevel = max(logger.logLevel, .notice)
        self.logger = quiet
        self.policy = policy
    }

    /// Asks until its task is cancelled, which ends the questions that are under way, but no settlement.
    public func run() async {
        var schedule = JobSchedule(policy)
        var isLedgerBroken = false
        while !Task.isCancelled {
            do {
                try await look(&schedule)
                isLedgerBroken = false
            } catch {
                if !isLedgerBroken, !(error is CancellationError) {
                    logger.error("The open jobs can't be read.", metadata: ["error": "\(error)"])
                }
                isLedgerBroken = true
            }
            guard (try? await time.sleep(for: policy.look)) != nil else { return }
        }
    }

    /// Asks for all jobs that it is time for, a few at once, and returns when they are answered.
    private func look(_ schedule: inout JobSchedule) async throws {
        var query = JobQuery(provider: provider)
        query.isOpenOnly = true
        query.isOldestFirst = true
        query.limit = policy.jobLimit
        let open = try await jobs.jobs(query)
        schedule.follow(open.map(\.job.id), at: time.instant(), random: random)
        let accounts = Dictionary(open.map { ($0.job.id, $0.hold.subject.account) }) { first, _ in first }
        var due = schedule.due(at: time.instant())[...]
        await withTaskGroup(of: String.self) { group in
            func start() {
                guard !Task.isCancelled, let id = due.popFirst() else { return }
                group.addTask {
                    await self.ask(id, for: accounts[id] ?? "default")
                    return id
                }
            }
            for _ in 0..<max(1, policy.atOnce) { start() }
            while let id = await group.next() {
                schedule.asked(id, at: time.instant(), random: random)
                start()
            }
        }
    }

    private func ask(_ id: String, for account: String) async {
        guard let path = reader.statePath(of: id) else { return }
        var context = Context(
            id: SortableID(time: time, random: random), logger: logger,
            deadline: time.instant() + policy.patience)
        context.account = account
        context.logger[metadataKey: "request-id"] = "\(context.id)"
        do {
            let response = try await upstream.send(Request(.get, path), context: context)
            _ = try await response.body.collect(upTo: JobPoller.answerLimitBytes)
        } catch {
            context.logger.debug(
                "A job can't be asked for.", metadata: ["job": "\(id)", "error": "\(error)"])
        }
    }
}
