internal import PennyweightPipeline

/// How far a flight has come, and who waits for what. A value: whom a change concerns is woken by the flight.
struct FlightState: Sendable {
    enum Phase: Sendable {
        /// The request is on its way.
        case departed
        /// The head has come.
        case answering
        /// The whole answer has come.
        case landed
        case failed(any Error)
        case refused(Response)
        /// The leader alone may have the answer; nil once it has it.
        case passed(Response?)
        /// Somebody else has fetched the answer meanwhile.
        case found
    }

    /// What an answer looks like as it comes: who wants another form waits for its end.
    struct Form: Sendable, Hashable {
        let isStream: Bool
        let rendition: MediaRendition?
    }

    /// Who waits for a response.
    struct Waiting: Sendable {
        let passenger: Passenger
        var continuation: CheckedContinuation<FlightOutcome, Never>?
        /// What there is for it, as long as it doesn't listen yet.
        var early: FlightOutcome?
    }

    /// What a read brings.
    enum Step: Sendable {
        case chunk([UInt8])
        case end
        /// Nothing was handed on yet, and the beginning is gone: the whole answer instead.
        case entry(CacheEntry)
    }

    var phase = Phase.departed
    /// The leader's response, its body apart.
    var head: Response?
    var log = FlightLog()
    /// The whole answer, proven complete.
    var entry: CacheEntry?
    var receipt: Receipt?
    /// True if the provider, and not the caller, is to blame for a failure.
    var isFault = false
    /// True once nobody wants the answer any more.
    var isCancelled = false
    var waiting: [UInt64: Waiting] = [:]
    /// The position of everyone who reads.
    var positions: [UInt64: Int] = [:]
    /// The reads that wait.
    var reads: [UInt64: CheckedContinuation<Step, any Error>] = [:]
    var followers: [Follower] = []
    var pump: CheckedContinuation<Bool, Never>?
    var task: Task<Void, Never>?
    var nextID: UInt64 = 0

    /// True once the answer's body has ended in whatever way.
    var isOver: Bool {
        switch phase {
        case .departed, .answering: false
        case .landed, .failed, .refused, .passed, .found: true
        }
    }

    /// How many callers it has.
    var callerCount: Int { waiting.count + positions.count }

    /// What there is for a passenger; nil as long as it has to wait. The form decides who can read what comes
    /// as it comes.
    func outcome(for passenger: Passenger, form: Form) -> FlightOutcome? {
        switch phase {
        case .departed: return nil
        case .found: return .again(isFault: false)
        case .refused(let response): return .refusal(response, receipt?.statement)
        case .passed(let response):
            if passenger.isLeader, let response { return .unshared(response) }
            return .again(isFault: isFault)
        case .failed(let error):
            if let entry { return .entry(entry) }
            return passenger.isLeader ? .failed(error) : .again(isFault: isFault)
        case .answering, .landed:
            if let response = readable(by: passenger, form) { return .answer(response) }
            guard case .landed = phase else { return nil }
            return entry.map { .entry($0) } ?? .again(isFault: false)
        }
    }

    private func readable(by passenger: Passenger, _ form: Form) -> Response? {
        guard log.isWhole, passenger.isLeader || passenger.wish.form == form else { return nil }
        let takesHead = passenger.isLeader && !passenger.wish.waitsForFirstChunk
        return takesHead || log.end > 0 || isOver ? head : nil
    }

    /// What a read at a position brings; nil as long as it has to wait.
    func step(at position: Int) -> Result<Step, any Error>? {
        switch log.piece(at: position) {
        case .chunk(let chunk): return .success(.chunk(chunk))
        case .gone where position == 0 && !isOver: return nil
        case .gone:
            return position == 0 && entry != nil ? entry.map { .success(.entry($0)) } : .failure(tooSlow)
        case .ahead:
            if case .failed(let error) = phase { return .failure(error) }
            return isOver ? .success(.end) : nil
        }
    }

    private var tooSlow: Failure {
        Failure(
            .connectionLost,
            "This call shared the answer to an identical one and read it too slowly, so that its rest was "
                + "not kept; ask again.")
    }

    /// True if the next chunk is wanted. Past half of `limit` bytes only by those who read: they must not
    /// lose what they have not read yet to somebody who only waits for the end.
    func isDemanded(limit: Int, isRefresh: Bool) -> Bool {
        if reads.keys.contains(where: { (positions[$0] ?? 0) >= log.end }) { return true }
        if log.byteCount > limit / 2, !positions.isEmpty { return false }
        return isRefresh || !waiting.isEmpty || !reads.isEmpty
    }
}
