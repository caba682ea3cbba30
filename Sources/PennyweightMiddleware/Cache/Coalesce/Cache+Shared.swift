private import HTTPTypes
private import PennyweightLedger
internal import PennyweightPipeline

extension Cache {
    /// Another's answer as it comes, for a follower.
    func shared(_ response: Response, _ trip: Trip, _ flight: Flight) -> Response {
        var facts = collapsed(trip)
        if response.facts[ReceiptFact.self] != nil {
            let follower = follower(trip)
            facts[ReceiptFact.self] = follower.receipt
            flight.add(follower)
        }
        return Response(head: response.head, body: response.body, facts: facts)
    }

    /// Another's whole answer, in the form that this call asked for; nil if it has no such form.
    func shared(_ entry: CacheEntry, _ trip: Trip) async -> Response? {
        guard var response = try? await unfold(entry, for: trip.call.inquiry) else { return nil }
        response.facts = collapsed(trip)
        settle(&response, entry.statement, trip)
        return response
    }

    /// A refusal that this call would have met as well.
    func shared(_ refusal: Response, _ paid: Receipt.Statement?, _ trip: Trip) -> Response {
        var response = Response(head: refusal.head, body: refusal.body, facts: collapsed(trip))
        settle(&response, paid, trip)
        return response
    }

    private func settle(_ response: inout Response, _ paid: Receipt.Statement?, _ trip: Trip) {
        guard let paid else { return }
        let follower = follower(trip)
        follower.settle(paid)
        response.facts[ReceiptFact.self] = follower.receipt
    }

    private func follower(_ trip: Trip) -> Follower {
        Follower { paid in
            note(paid, source: .coalesced, served: trip.call.inquiry, context: trip.call.context)
        }
    }

    private func collapsed(_ trip: Trip) -> Facts {
        var outcome = trip.outcome
        outcome.isCollapsed = true
        var facts = Facts()
        facts.attempts = 0
        facts[CacheFact.self] = outcome
        return facts
    }
}
