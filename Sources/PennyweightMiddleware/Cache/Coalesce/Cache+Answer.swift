private import HTTPTypes
private import PennyweightLedger
internal import PennyweightPipeline
internal import PennyweightTime

extension Cache {
    /// One call on its way through the cache.
    struct Call: Sendable {
        let inquiry: Inquiry
        var context: Context
        let next: Next

        /// Sends the request on.
        func send() async throws -> Response { try await next(inquiry.request, context) }
    }

    /// Answers from the store, or with an answer that is in flight, or by asking: in this order, until one of
    /// them gives an answer.
    func answer(_ call: Call) async throws -> Response {
        let inquiry = call.inquiry
        let patience = time.instant() + policy.flights.patience
        while true {
            let landings = flights.landings
            switch await find(inquiry, random: call.context.id.low.scrambled) {
            case .hit(let hit):
                if hit.refreshes { refresh(call, replacing: hit.entry) }
                note(hit, served: inquiry, context: call.context)
                return hit.response
            case .miss(let reason, let stale):
                let outcome = CacheOutcome(.miss(reason), key: inquiry.key)
                guard inquiry.plan.goesUpstream else {
                    guard let stale else {
                        return unanswered(inquiry.request, under: inquiry.plan, outcome)
                    }
                    return serve(stale, in: call)
                }
                let trip = Trip(
                    call: asking(call, after: reason), outcome: outcome, stale: stale, landings: landings,
                    patience: patience)
                if let response = try await travel(trip) { return response }
            }
        }
    }

    /// A call that has to get its answer from the provider.
    struct Trip: Sendable {
        let call: Call
        let outcome: CacheOutcome
        /// What is served if that fails.
        let stale: StaleAnswer?
        /// How many flights had ended before the look into the store.
        let landings: UInt64
        /// Until when it waits for another's answer.
        let patience: MonotonicInstant

        /// When the wait for a flight ends. With a stale answer at hand that is before the caller's own
        /// deadline, so that it gets that one.
        func due(at now: MonotonicInstant) -> MonotonicInstant {
            guard stale != nil, let deadline = call.context.deadline else { return patience }
            let margin = max(Trip.leastMargin, (deadline - now) / 20)
            return min(patience, deadline + (.zero - margin))
        }

        private static let leastMargin = Duration.milliseconds(50)
    }

    /// Takes a seat in a flight, or goes alone; nil to look again.
    private func travel(_ trip: Trip) async throws -> Response? {
        let inquiry = trip.call.inquiry
        guard inquiry.plan.coalesces, time.instant() < trip.patience else { return try await alone(trip) }
        let wish = Passenger.Wish(
            wantsStream: inquiry.question.wantsStream, rendition: MediaRendition(inquiry),
            waitsForFirstChunk: trip.stale != nil
        ) { try await unfold($0, for: inquiry) }
        switch flights.board(inquiry.key, wish) {
        case .none: return try await alone(trip)
        case .leading(let flight, let passenger):
            start(flight, trip.call, outcome: trip.outcome, landings: trip.landings)
            return try await wait(trip, for: flight, passenger)
        case .following(let flight, let passenger): return try await wait(trip, for: flight, passenger)
        }
    }

    /// Waits for what a flight has for this call; nil to look again.
    private func wait(
        _ trip: Trip, for flight: Flight, _ passenger: Passenger
    ) async throws -> Response? {
        var alarm: Alarms.ID?
        if !passenger.isLeader || trip.stale != nil {
            alarm = alarms.set(at: trip.due(at: time.instant())) {
                flight.send(passenger, away: .waitedTooLong)
            }
        }
        let outcome = await flight.outcome(for: passenger)
        if let alarm { alarms.unset(alarm) }
        switch outcome {
        case .left: throw CancellationError()
        case .answer(let response):
            return passenger.isLeader ? response : shared(response, trip, flight)
        case .entry(let entry):
            // One that waits for a store that hangs must not be served for ever.
            guard time.now() - entry.storedAt <= policy.flights.patience,
                let response = await shared(entry, trip)
            else { return try await alone(trip) }
            return response
        case .refusal(let response, let paid):
            return passenger.isLeader ? trip.outcome.noted(on: response) : shared(response, paid, trip)
        case .unshared(let response):
            guard let stale = trip.stale, UpstreamFault.isOne(response.status) else {
                return trip.outcome.noted(on: response)
            }
            return serve(stale, in: trip.call, insteadOf: response)
        case .failed(let error):
            guard let stale = trip.stale, UpstreamFault.isOne(error) else { throw error }
            return serve(stale, in: trip.call)
        case .again(let isFault):
            guard isFault, let stale = trip.stale else { return nil }
            return serve(stale, in: trip.call)
        case .waitedTooLong:
            guard let stale = trip.stale else { return try await alone(trip) }
            return serve(stale, in: trip.call)
        }
    }

    /// Asks for this call alone.
    private func alone(_ trip: Trip) async throws -> Response {
        let began = time.instant()
        do {
            let response = try await ask(trip.call)
            if let stale = trip.stale, UpstreamFault.isOne(response.status) {
                return serve(stale, in: trip.call, insteadOf: response)
            }
            return following(response, to: trip.call.inquiry, outcome: trip.outcome, began: began)
                ?? trip.outcome.noted(on: response)
        } catch {
            guard let stale = trip.stale, UpstreamFault.isOne(error) else { throw error }
            return serve(stale, in: trip.call)
        }
    }

    /// Serves a stale answer because the provider failed.
    private func serve(
        _ stale: StaleAnswer, in call: Call, insteadOf failed: Response? = nil
    ) -> Response {
        var response = stale.response
        if let failed {
            response.facts.attempts = failed.facts.attempts
            response.facts.waited = failed.facts.waited
            response.facts[CacheFact.self]?.wasForwarded = true
            response.facts[CacheFact.self]?.forwardedStatus = failed.status.code
            if !failed.body.isReplayable { try? failed.body.makeReader().cancel() }
        }
        note(
            Hit(response: response, entry: stale.entry, source: .stale), served: call.inquiry,
            context: call.context)
        return response
    }
}

extension CachePlan {
    /// True if a stale answer may be fetched anew behind it.
    var refreshes: Bool { keeps && goesUpstream }
}

extension UInt64 {
    /// The same bits, well mixed: numbers that are close come far apart (SplitMix64).
    var scrambled: UInt64 {
        var mixed = self &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
