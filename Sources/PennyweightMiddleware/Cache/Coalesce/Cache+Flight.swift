private import HTTPTypes
private import PennyweightLedger
internal import PennyweightPipeline
internal import PennyweightTime

extension Cache {
    /// Makes the upstream call of a flight, in a task that no caller's cancellation reaches.
    func start(_ flight: Flight, _ call: Call, outcome: CacheOutcome, landings: UInt64) {
        let task = Task {
            // What was not there at the look into the store may have come since.
            let lease = await take(for: call)
            if lease == .afterAnother || flights.landings != landings,
                case .hit(let hit) = await find(call.inquiry, random: .max), hit.source == .hit
            {
                flights.release(flight)
                flight.end(.found)
            } else {
                await fly(flight, call, outcome: outcome)
            }
            await end(flight, lease, failed: false)
        }
        flight.attach(task)
        background.follow(task)
    }

    /// Fetches a stale answer anew, behind its callers: once for each key, and charged to the account that
    /// asked.
    func refresh(_ call: Call, replacing entry: CacheEntry) {
        let now = time.instant()
        let question = call.inquiry.question
        let rendition = MediaRendition(call.inquiry)
        guard
            let flight = flights.refresh(
                call.inquiry.key, wantsStream: question.wantsStream, rendition: rendition, at: now)
        else { return }
        var call = call
        // A call of its own, with lines of its own.
        call.context.id = call.context.id.following
        call.context.startedAt = now
        call.context.deadline = now + policy.flights.refreshLimit
        call.context[AttemptVerdict.self] = nil
        call = asking(call, after: .stale)
        let alarm = alarms.set(at: now + policy.flights.refreshLimit) { flight.stop() }
        let task = Task.detached { [call] in
            let lease = await take(for: call)
            let stored = try? await store.entry(for: flight.key)
            if lease == .afterAnother || stored?.storedAt != entry.storedAt, stored != nil {
                flights.release(flight)
                flight.end(.found)
            } else {
                await fly(flight, call, outcome: CacheOutcome(.miss(.stale), key: flight.key))
            }
            alarms.unset(alarm)
            await end(flight, lease, failed: flight.hasFailed)
        }
        flight.attach(task)
        background.follow(task)
    }

    /// Asks, and reads the answer to its end.
    private func fly(_ flight: Flight, _ call: Call, outcome: CacheOutcome) async {
        let began = time.instant()
        let storing = Storing()
        do {
            // Nobody is left: nothing is held for a call that would be given up at once.
            try Task.checkCancellation()
            let response = try await ask(call)
            if let followed = following(
                response, to: call.inquiry, outcome: outcome, began: began, storing: storing,
                onProof: { flight.prove($0) })
            {
                let reader = try followed.body.makeReader()
                flight.begin(followed)
                await flight.pump(reader) { if storing.result != nil { flights.release(flight) } }
                // Whoever asks from now on finds the answer in the store, or else here: what was not stored
                // would be asked for again.
                await Task { await storing.untilKnown() }.value
            } else {
                await refuse(flight, response, call, took: time.instant() - began)
            }
        } catch {
            flights.release(flight)
            flight.end(.failed(error), isFault: UpstreamFault.isOne(error))
        }
    }

    /// An answer that is not followed: a refusal that others would meet as well, or the leader's alone.
    private func refuse(_ flight: Flight, _ response: Response, _ call: Call, took: Duration) async {
        var response = response
        let isFault = UpstreamFault.isOne(response.status)
        guard LastingRefusal.statuses.contains(response.status.code) else {
            flights.release(flight)
            return flight.end(.passed(response), isFault: isFault)
        }
        switch try? await ReadAhead.read(response.body, upTo: LastingRefusal.limitBytes) {
        case .whole(let body)?:
            response.body = Body(body)
            guard LastingRefusal.isOne(response.status.code, body) else {
                flights.release(flight)
                return flight.end(.passed(response))
            }
            await keep(response, to: call.inquiry, took: took)
            flights.release(flight)
            flight.end(.refused(response), receipt: response.facts[ReceiptFact.self])
        case .part(let body)?:
            response.body = body
            flights.release(flight)
            flight.end(.passed(response))
        case nil:
            flights.release(flight)
            flight.end(.failed(CancellationError()))
        }
    }

    /// What a flight has of the port that other processes share.
    private enum Lease: Sendable {
        /// None: there is no port, it failed, or others would wait in vain.
        case none
        case taken
        /// Taken after another process gave it back: its answer may be stored.
        case afterAnother
    }

    private func take(for call: Call) async -> Lease {
        guard let leases, call.inquiry.plan.keeps, let wasHeld = try? await leases.take(call.inquiry.key)
        else { return .none }
        return wasHeld ? .afterAnother : .taken
    }

    private func end(_ flight: Flight, _ lease: Lease, failed: Bool) async {
        // Not what another flight of this process may hold under the same key.
        if lease != .none { await leases?.giveBack(flight.key) }
        let now = time.instant()
        let pausedUntil = failed ? now + policy.flights.refreshPause : nil
        flights.remove(flight, at: now, pausedUntil: pausedUntil)
    }
}

extension SortableID {
    /// Another identifier of the same millisecond, which nobody else makes.
    var following: SortableID {
        SortableID(high: high, low: 0x8000_0000_0000_0000 | low.scrambled & 0x3FFF_FFFF_FFFF_FFFF)
    }
}
