internal import PennyweightTime

/// When each open job is asked for next. Pure: it knows no clock, no ledger and no provider.
struct JobSchedule: Sendable {
    private struct Entry {
        var due: MonotonicInstant
        var questions = 0
    }

    private let backoff: Backoff
    private var entries: [String: Entry] = [:]

    init(_ policy: JobPollPolicy) {
        backoff = Backoff(base: policy.first, cap: policy.longest)
    }

    /// How many jobs are followed.
    var count: Int { entries.count }

    /// Follows these jobs and no others: new ones from now on, those that are gone no more.
    mutating func follow(_ ids: [String], at now: MonotonicInstant, random: any RandomSource) {
        var kept: [String: Entry] = [:]
        for id in ids {
            kept[id] = entries[id] ?? Entry(due: now + wait(after: 0, random))
        }
        entries = kept
    }

    /// Those that it is time for, the longest overdue first.
    func due(at now: MonotonicInstant) -> [String] {
        entries.filter { $0.value.due <= now }
            .sorted { ($0.value.due, $0.key) < ($1.value.due, $1.key) }.map(\.key)
    }

    /// Notes that a job was asked for.
    mutating func asked(_ id: String, at now: MonotonicInstant, random: any RandomSource) {
        guard var entry = entries[id] else { return }
        entry.questions += 1
        entry.due = now + wait(after: entry.questions, random)
        entries[id] = entry
    }

    /// At least half of the ceiling, so that no job is asked for in a row; the rest is chance, so that jobs
    /// that began together, and gateways on one ledger, don't ask together.
    private func wait(after questions: Int, _ random: any RandomSource) -> Duration {
        backoff.ceiling(afterAttempt: questions + 1) / 2
            + backoff.wait(afterAttempt: questions + 1, random: random.next()) / 2
    }
}
