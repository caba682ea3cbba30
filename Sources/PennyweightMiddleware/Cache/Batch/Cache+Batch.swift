private import HTTPTypes
private import PennyweightLedger
internal import PennyweightPipeline
private import PennyweightTime

extension Cache {
    /// Asks the provider; for several questions at once only for those whose answers are not stored.
    func ask(_ call: Call) async throws -> Response {
        if call.inquiry.question.media != nil, let media { return try await askForMedia(call, media) }
        guard let parts = parts(of: call.inquiry) else { return try await call.send() }
        let entries = await stored(parts)
        let bodies = parts.inquiries.compactMap { entries[$0.key]?.body }
        if bodies.count == parts.inquiries.count, let answer = parts.batch.answer(of: bodies) {
            return answered(parts, by: entries, answer, call)
        }
        // All, and yet they don't go together: they are of different models.
        return try await ask(parts, knowing: bodies.count == parts.inquiries.count ? [:] : entries, call)
    }

    /// The fresh answers to single questions.
    private func stored(_ parts: BatchParts) async -> [CacheKey: CacheEntry] {
        guard parts.whole.plan.looksUp else { return [:] }
        var found: [CacheKey: CacheEntry] = [:]
        for part in parts.inquiries where found[part.key] == nil {
            guard case .hit(let hit) = await find(part, random: .max), hit.source == .hit else { continue }
            found[part.key] = hit.entry
        }
        return found
    }

    /// An answer that needed no attempt.
    private func answered(
        _ parts: BatchParts, by entries: [CacheKey: CacheEntry], _ body: [UInt8], _ call: Call
    ) -> Response {
        var response = Response(.ok, body: Body(body))
        response.facts.attempts = 0
        let count = parts.inquiries.count
        response.facts[BatchFact.self] = BatchFact.Stored(found: count, count: count)
        guard let paid = Receipt.Statement.sum(entries.values.map(\.statement)) else { return response }
        note(paid, source: .hit, served: call.inquiry, context: call.context)
        response.facts[ReceiptFact.self] = Receipt(
            Receipt.Statement(cost: .nothing, saved: paid.cost, provider: paid.provider, model: paid.model))
        return response
    }

    /// Sends the questions that are left, keeps each answer, and puts the whole together.
    private func ask(
        _ parts: BatchParts, knowing stored: [CacheKey: CacheEntry], _ call: Call
    ) async throws -> Response {
        var course = BatchCourse(knowing: stored)
        let all = Array(parts.inquiries.indices)
        while true {
            let sent = parts.distinct(all.filter { course.known[parts.inquiries[$0].key] == nil })
            let request = request(sent == all ? nil : parts.batch.body(of: sent), of: call)
            var response = try await call.next(request, course.context(of: call.context))
            course.note(&response)
            guard response.status == .ok else { return response }
            let answer = try await response.body.collect(upTo: policy.maximumAnswerBytes)
            response.body = Body(answer)
            guard let bodies = parts.batch.parts(of: answer, to: sent) else {
                if sent == all { return course.settled(response) }
                throw Cache.wrongParts
            }
            await keep(bodies, of: parts, at: sent, response)
            if sent == all { return course.settled(response) }
            let new = Dictionary(zip(sent.map { parts.inquiries[$0].key }, bodies)) { first, _ in first }
            let pieces = parts.inquiries.compactMap { new[$0.key] ?? course.known[$0.key] }
            if let whole = parts.batch.answer(of: pieces) {
                response.body = Body(whole)
                response.head.headerFields[.contentLength] = nil
                response.facts[BatchFact.self] = BatchFact.Stored(
                    found: all.count - sent.count, count: all.count)
                if let avoided = course.avoided {
                    note(avoided, source: .partial, served: call.inquiry, context: call.context)
                }
                return course.settled(response)
            }
            if course.known.isEmpty { throw Cache.wrongParts }
            // The model behind the name has changed: nothing that is stored goes with the new answer.
            course.turn(to: new)
        }
    }

    private static var wrongParts: Failure {
        Failure(.invalidAnswer, "The provider's answer is not one answer for each input of the request.")
    }

    /// The request, with another body if one is given.
    private func request(_ body: [UInt8]?, of call: Call) -> Request {
        var request = call.inquiry.request
        guard let body else { return request }
        request.body = Body(body)
        if request.head.headerFields[.contentLength] != nil {
            request.head.headerFields[.contentLength] = String(body.count)
        }
        return request
    }

    /// Keeps answers to single questions. The provider says what all cost: one among several cost between
    /// nothing and that.
    private func keep(
        _ bodies: [[UInt8]], of parts: BatchParts, at places: [Int], _ response: Response
    ) async {
        guard parts.whole.plan.keeps else { return }
        let receipt = response.facts[ReceiptFact.self]
        await waitBriefly(policy.patience, time: time) { done in
            let isStarted = background.start {
                for (body, place) in zip(bodies, places) {
                    let inquiry = parts.inquiries[place]
                    let answer = FoldedAnswer(contentType: "application/json", body: body)
                    // Its time to fetch is not its own.
                    var entry = entry(of: answer, status: 200, to: inquiry, receipt: receipt, took: .zero)
                    entry.cost = entry.cost.share(of: bodies.count)
                    if bodies.count > 1 { entry.usage = nil }
                    try? await store.store(entry, for: inquiry.key)
                }
                done()
            }
            if !isStarted { done() }
        }
    }
}
