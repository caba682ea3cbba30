internal import PennyweightPipeline
private import Synchronization

/// One upstream call, and all who want its answer.
///
/// The request is sent, and the answer read, by a task of the flight's own. Callers wait for an outcome and
/// then read from the log, each at its own pace; the next chunk is fetched when the one who is nearest to the
/// end asks for it. Whoever goes, goes alone; when nobody is left, the upstream call is cancelled.
final class Flight: Sendable {
    let key: CacheKey
    let wantsStream: Bool
    /// The form in which images come, as the leader asked for it.
    private let rendition: MediaRendition?
    /// True if it goes on without callers: a stale answer is fetched anew.
    let isRefresh: Bool
    private let policy: FlightPolicy
    private let bytes: FlightBytes
    private let state = Mutex(FlightState())

    init(
        _ key: CacheKey, wantsStream: Bool, rendition: MediaRendition?, isRefresh: Bool, policy: FlightPolicy,
        bytes: FlightBytes
    ) {
        self.key = key
        self.wantsStream = wantsStream
        self.rendition = rendition
        self.isRefresh = isRefresh
        self.policy = policy
        self.bytes = bytes
    }

    deinit {
        bytes.add(-state.withLock { $0.log.byteCount })
    }

    /// What it looks like as it comes.
    private var form: FlightState.Form { FlightState.Form(isStream: wantsStream, rendition: rendition) }

    /// How many callers it has.
    var callerCount: Int { state.withLock { $0.callerCount } }

    /// True if it has ended without an answer that may be kept.
    var hasFailed: Bool {
        state.withLock { state in
            switch state.phase {
            case .failed, .passed, .refused: true
            case .departed, .answering, .landed, .found: false
            }
        }
    }

    /// True if it takes nobody more.
    var isFull: Bool { callerCount >= policy.maximumPassengers }

    // MARK: Callers

    /// Takes a passenger; nil if there is no room, or nothing here for it.
    func board(_ wish: Passenger.Wish, isLeader: Bool) -> Passenger? {
        state.withLock { state in
            let passenger = Passenger(id: state.nextID, isLeader: isLeader, wish: wish)
            if state.isCancelled, state.entry == nil { return nil }
            guard state.callerCount < policy.maximumPassengers else { return nil }
            if case .again = state.outcome(for: passenger, form: form) { return nil }
            state.nextID += 1
            state.waiting[passenger.id] = FlightState.Waiting(passenger: passenger)
            return passenger
        }
    }

    /// Waits for what there is for a passenger. Cancelling sends it away, at once.
    func outcome(for passenger: Passenger) async -> FlightOutcome {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                change { state, wakes in
                    if let early = state.waiting[passenger.id]?.early {
                        state.waiting[passenger.id] = nil
                        wakes.append { continuation.resume(returning: early) }
                        return
                    }
                    state.waiting[passenger.id]?.continuation = continuation
                    self.settle(passenger.id, in: &state, &wakes)
                }
            }
        } onCancel: {
            send(passenger, away: .left)
        }
    }

    /// Ends a passenger's wait; does nothing if it has ended.
    func send(_ passenger: Passenger, away outcome: FlightOutcome) {
        change { state, wakes in
            guard let waiting = state.waiting[passenger.id], waiting.early == nil else { return }
            guard let continuation = waiting.continuation else {
                state.waiting[passenger.id]?.early = outcome
                return
            }
            state.waiting[passenger.id] = nil
            wakes.append { continuation.resume(returning: outcome) }
        }
    }

    /// Tells a follower what it saved, as soon as the answer has proven to be complete.
    func add(_ follower: Follower) {
        let paid = state.withLock { state -> Receipt.Statement? in
            if let paid = state.paid { return paid }
            if !state.isOver { state.followers.append(follower) }
            return nil
        }
        if let paid { follower.settle(paid) }
    }

    // MARK: Readers

    /// What comes next for a reader. Cancelling makes it leave.
    func read(_ id: UInt64) async throws -> FlightState.Step {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                change { state, wakes in
                    guard !Task.isCancelled, state.positions[id] != nil else {
                        return wakes.append { continuation.resume(throwing: CancellationError()) }
                    }
                    state.reads[id] = continuation
                    self.serve(id, in: &state, &wakes)
                }
            }
        } onCancel: {
            leave(id)
        }
    }

    /// A reader goes.
    func leave(_ id: UInt64) {
        change { state, wakes in
            state.positions[id] = nil
            guard let read = state.reads.removeValue(forKey: id) else { return }
            wakes.append { read.resume(throwing: CancellationError()) }
        }
    }

    // MARK: The upstream call

    /// The task that makes the call: cancelled when nobody wants its answer any more.
    func attach(_ task: Task<Void, Never>) {
        let isCancelled = state.withLock { state in
            if !state.isOver { state.task = task }
            return state.isCancelled
        }
        if isCancelled { task.cancel() }
    }

    /// Gives the upstream call up.
    func stop() {
        change { state, wakes in self.cancel(&state, &wakes) }
    }

    /// The head of an answer has come that all may have.
    func begin(_ head: Response) {
        change { state, wakes in
            state.phase = .answering
            state.head = head
            state.receipt = head.facts[ReceiptFact.self]
            self.settleAll(&state, &wakes)
        }
    }

    /// The answer is complete, and this is it.
    func prove(_ entry: CacheEntry) {
        change { state, wakes in
            state.entry = entry
            self.pay(&state, &wakes)
        }
    }

    /// Reads the answer's body to its end, as fast as somebody wants it. `release` runs before anybody sees
    /// the end.
    func pump(_ reader: any BodyReader, release: () -> Void) async {
        do {
            while await isDemanded() {
                if let chunk = try await reader.read() {
                    append(chunk)
                    continue
                }
                release()
                return end(.landed)
            }
            reader.cancel()
            release()
            end(.failed(CancellationError()))
        } catch {
            release()
            end(.failed(error), isFault: error is Failure)
        }
    }

    /// It is over.
    func end(_ phase: FlightState.Phase, isFault: Bool = false, receipt: Receipt? = nil) {
        change { state, wakes in
            guard !state.isOver else { return }
            state.phase = phase
            state.isFault = isFault
            state.receipt = state.receipt ?? receipt
            state.task = nil
            if case .landed = phase { self.pay(&state, &wakes) }
            state.followers = []
            self.settleAll(&state, &wakes)
            for id in Array(state.reads.keys) { self.serve(id, in: &state, &wakes) }
        }
    }
}

extension FlightState {
    /// What the one who pays has paid, once the answer is proven complete.
    fileprivate var paid: Receipt.Statement? {
        if case .landed = phase { return receipt?.statement }
        return entry == nil ? nil : receipt?.statement
    }
}

extension Flight {
    /// The most that is kept now.
    private var limitBytes: Int { bytes.isFull ? policy.logBytes / 16 : policy.logBytes }

    private typealias Wakes = [@Sendable () -> Void]

    /// Changes the state, sees to it that the upstream call runs only as long as somebody wants it, and then
    /// wakes whom the change concerns.
    private func change(_ body: (inout FlightState, inout Wakes) -> Void) {
        var wakes: Wakes = []
        state.withLock { state in
            body(&state, &wakes)
            if !isRefresh, !state.isOver, state.callerCount == 0 { cancel(&state, &wakes) }
            if state.pump != nil, state.isDemanded(limit: limitBytes, isRefresh: isRefresh) {
                let pump = state.pump.take()
                wakes.append { pump?.resume(returning: true) }
            }
        }
        for wake in wakes { wake() }
    }

    private func cancel(_ state: inout FlightState, _ wakes: inout Wakes) {
        guard !state.isOver, !state.isCancelled else { return }
        state.isCancelled = true
        let (task, pump) = (state.task.take(), state.pump.take())
        wakes.append {
            task?.cancel()
            pump?.resume(returning: false)
        }
    }

    private func settleAll(_ state: inout FlightState, _ wakes: inout Wakes) {
        for id in Array(state.waiting.keys) { settle(id, in: &state, &wakes) }
    }

    /// Gives a passenger that listens what there is for it. It becomes a reader, if that is the answer as it
    /// comes.
    private func settle(_ id: UInt64, in state: inout FlightState, _ wakes: inout Wakes) {
        guard let waiting = state.waiting[id], let continuation = waiting.continuation,
            var outcome = state.outcome(for: waiting.passenger, form: form)
        else { return }
        state.waiting[id] = nil
        switch outcome {
        case .answer(var response):
            state.positions[id] = 0
            let reader = FlightReader(self, id: id, unfold: waiting.passenger.wish.unfold)
            response.body = Body(once: reader, length: response.body.length)
            outcome = .answer(response)
        case .unshared: state.phase = .passed(nil)
        default: break
        }
        wakes.append { [outcome] in continuation.resume(returning: outcome) }
    }

    /// Gives a reader that waits what there is for it.
    private func serve(_ id: UInt64, in state: inout FlightState, _ wakes: inout Wakes) {
        guard let position = state.positions[id], let step = state.step(at: position),
            let read = state.reads.removeValue(forKey: id)
        else { return }
        if case .success(.chunk) = step {
            state.positions[id] = position + 1
        } else {
            state.positions[id] = nil
        }
        wakes.append { read.resume(with: step) }
    }

    private func append(_ chunk: [UInt8]) {
        let limit = limitBytes
        change { state, wakes in
            let before = state.log.byteCount
            let positions = state.positions
            state.log.append(chunk, limit: limit) { positions.values.min() }
            bytes.add(state.log.byteCount - before)
            self.settleAll(&state, &wakes)
            for id in Array(state.reads.keys) { self.serve(id, in: &state, &wakes) }
        }
    }

    private func pay(_ state: inout FlightState, _ wakes: inout Wakes) {
        guard let paid = state.paid else { return }
        let followers = state.followers
        state.followers = []
        wakes.append { for follower in followers { follower.settle(paid) } }
    }

    /// Waits until somebody wants the next chunk; false if nobody will.
    private func isDemanded() async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                change { state, wakes in
                    if state.isCancelled {
                        wakes.append { continuation.resume(returning: false) }
                    } else {
                        state.pump = continuation
                    }
                }
            }
        } onCancel: {
            stop()
        }
    }
}
