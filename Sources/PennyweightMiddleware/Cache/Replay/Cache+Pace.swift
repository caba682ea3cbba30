internal import PennyweightPipeline
internal import PennyweightTime

extension Cache {
    /// When the events of a stored stream came, if they are to be replayed so; nil to replay at once.
    func times(of entry: CacheEntry, for inquiry: Inquiry) -> EventTimes? {
        guard inquiry.plan.pace == .recorded, inquiry.question.wantsStream, entry.status < 400 else {
            return nil
        }
        return entry.pace.flatMap { EventTimes(encoded: $0) }
    }

    /// The same response at the pace of the original. It ends before the call's deadline.
    func paced(_ response: Response, _ times: EventTimes, for inquiry: Inquiry) -> Response {
        guard let stream = response.body.bytes else { return response }
        var response = response
        let ends = format.eventEnds(in: stream)
        let schedule = ReplaySchedule(times)
        let now = time.instant()
        let latest = inquiry.deadline.map { deadline in
            deadline + (.zero - max(Cache.leastMargin, (deadline - now) / 20))
        }
        response.body = Body(length: stream.count) { [time] in
            PacedReader(stream, ends: ends, schedule: schedule, latest: latest, time: time)
        }
        return response
    }

    /// How long before the deadline a replay ends at least.
    private static let leastMargin = Duration.milliseconds(50)
}
