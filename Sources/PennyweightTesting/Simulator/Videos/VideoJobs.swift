internal import PennyweightJSON
private import Synchronization

/// The video jobs, the last ten thousand.
final class VideoJobs: Sendable {
    private let jobs = Mutex(BoundedStore<String, VideoJob>(limit: 10_000))

    func add(_ job: VideoJob) {
        jobs.withLock { $0[job.id] = job }
    }

    /// A job as it is.
    func job(_ id: String) throws(SimulatedError) -> VideoJob {
        guard let job = jobs.withLock({ $0[id] }) else { throw VideoJobs.missing(id) }
        return job
    }

    /// A job after one more look-up.
    func poll(_ id: String) throws(SimulatedError) -> VideoJob {
        let polled = jobs.withLock { jobs -> VideoJob? in
            jobs[id]?.polls += 1
            return jobs[id]
        }
        guard let polled else { throw VideoJobs.missing(id) }
        return polled
    }

    func delete(_ id: String) throws(SimulatedError) {
        let wasThere = jobs.withLock { jobs in
            defer { jobs[id] = nil }
            return jobs[id] != nil
        }
        if !wasThere { throw VideoJobs.missing(id) }
    }

    /// One page, newest first unless `order` is `asc`.
    func page(after: String?, limit: Int, order: String?) -> (jobs: [VideoJob], hasMore: Bool) {
        var all = jobs.withLock { $0.all }
        if order != "asc" { all.reverse() }
        if let after, let index = all.firstIndex(where: { $0.id == after }) { all.removeFirst(index + 1) }
        let page = all.prefix(max(0, limit))
        return (Array(page), page.count < all.count)
    }

    func reset() {
        jobs.withLock { $0.removeAll() }
    }

    private static func missing(_ id: String) -> SimulatedError {
        SimulatedError(
            status: 404, message: "Video with id '\(id)' not found.", parameter: "id", code: "not_found")
    }
}
