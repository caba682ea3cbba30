private import Logging
internal import PennyweightLedger
private import PennyweightPipeline
private import Synchronization

extension Settlements {
    /// Leaves a hold to the job that it pays for, and waits until that is durable or has failed for the first
    /// time. From then on the hold isn't in use here: if noting it is given up, it stays open until it
    /// expires.
    func attach(_ job: ProviderJob, to hold: Hold, in ledger: any Ledger) async {
        let metadata: Logger.Metadata = ["hold": "\(hold.id)", "job": "\(job.id)"]
        let write = LedgerWrite("note a job", holdID: hold.id, metadata: metadata) { _ in
            try await ledger.attach(job, to: hold.id)
        }
        let tried = Latch()
        start(write, tried: tried)
        await tried.wait()
    }

    /// A job's hold, and the line that closed it.
    struct ClosedJob: Sendable {
        let hold: Hold
        let settlement: Settlement
    }

    /// Closes the hold of a job that has ended, if it is open, and waits until that is durable or has failed
    /// for the first time. Returns what closed it; nil if something else has, or if it isn't closed yet.
    ///
    /// Cancelling ends the wait, not the settling.
    func settle(
        _ job: ProviderJob, in ledger: any Ledger, with line: @escaping @Sendable (Hold) -> Settlement
    ) async -> ClosedJob? {
        let result = JobResult()
        let metadata: Logger.Metadata = ["job": "\(job.id)", "provider": "\(job.provider)"]
        let write = LedgerWrite("settle a job", holdID: nil, metadata: metadata) { [self] _ in
            guard let hold = try await ledger.openHold(of: job) else { return }
            let settlement = line(hold)
            // Another poller may have been faster: its line stands.
            guard try await ledger.settle(settlement) else { return }
            closed(settlement, holding: hold.upperBound)
            result.closed.withLock { $0 = ClosedJob(hold: hold, settlement: settlement) }
        }
        let tried = Latch()
        start(write, tried: tried)
        await tried.wait()
        return result.closed.withLock { $0 }
    }

    private final class JobResult: Sendable {
        let closed = Mutex<ClosedJob?>(nil)
    }
}
