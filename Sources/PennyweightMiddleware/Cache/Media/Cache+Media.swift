private import HTTPTypes
private import PennyweightLedger
internal import PennyweightPipeline
internal import PennyweightTime

/// What became of the images of an answer; nil for an answer whose images are not the cache's.
enum MediaFact: FactKey {
    enum Outcome: Sendable {
        /// The answer is kept, with references to its images.
        case kept(CacheEntry, Storing.Result)
        case unkept(MediaProblem.Detail)
    }

    static var defaultValue: Outcome? { nil }
}

/// The form in which a caller gets images, and for URLs how it reaches this process: callers for whom both
/// are equal get the same bytes.
struct MediaRendition: Sendable, Hashable {
    let form: MediaForm
    let origin: String?

    /// Nil for a question whose answer has no images.
    init?(_ inquiry: Cache.Inquiry) {
        guard let form = inquiry.question.media else { return nil }
        self.form = form
        origin = form == .base64 ? nil : inquiry.mediaOrigin
    }
}

extension Cache {
    /// Asks for an answer with images, and keeps them and it before it is handed on.
    ///
    /// Once the head is there, that is done to its end in a task of its own, whether or not the caller stays:
    /// images cost more than the reading of them.
    func askForMedia(_ call: Call, _ tier: MediaTier) async throws -> Response {
        let began = time.instant()
        let response = try await call.send()
        guard response.status == .ok, call.inquiry.plan.keeps else { return response }
        let task = Task.detached { try await keep(response, of: call, in: tier, began: began) }
        background.follow(Task.detached { _ = await task.result })
        return try await task.value
    }

    private func keep(
        _ answer: Response, of call: Call, in tier: MediaTier, began: MonotonicInstant
    ) async throws -> Response {
        var response = answer
        guard case .whole(let bytes) = try await whole(&response) else {
            response.facts[MediaFact.self] = .unkept(.tooLarge)
            return response
        }
        let inquiry = call.inquiry
        guard let images = format.media(in: bytes, head: response.head, to: inquiry.question) else {
            response.facts[MediaFact.self] = .unkept(.unreadable)
            return response
        }
        let kept: [StoredMedia]
        do {
            kept = try await tier.keep(images.sources, context: call.context)
        } catch {
            response.facts[MediaFact.self] = .unkept(error.detail)
            return response
        }
        let body = images.stored(with: kept, isOriginal: inquiry.question.media == .original)
        let entry = entry(
            of: FoldedAnswer(contentType: "application/json", body: body), status: 200, to: inquiry,
            receipt: response.facts[ReceiptFact.self], took: time.instant() - began)
        response.facts[MediaFact.self] = .kept(entry, await keep(entry, for: inquiry))
        // Who wants base64 and got it has it already.
        if case .base64? = images.sources.first, inquiry.question.media != .url { return response }
        if let rendered = try? await rendered(entry, for: inquiry) {
            response.body = rendered.body
            response.head.headerFields[.contentLength] = nil
        }
        return response
    }

    /// Reads an answer into memory, up to the policy's bound.
    private func whole(_ response: inout Response) async throws -> ReadAhead {
        let read = try await ReadAhead.read(response.body, upTo: policy.maximumAnswerBytes)
        switch read {
        case .whole(let bytes): response.body = Body(bytes)
        case .part(let body): response.body = body
        }
        return read
    }

    /// Stores an entry, waiting no longer than the policy's patience.
    private func keep(_ entry: CacheEntry, for inquiry: Inquiry) async -> Storing.Result {
        guard entry.body.count <= policy.maximumEntryBytes else { return .tooLarge }
        let storing = Storing()
        await waitBriefly(policy.patience, time: time) { done in
            let isStarted = background.start {
                do {
                    try await store.store(entry, for: inquiry.key)
                    storing.report(.stored)
                } catch {
                    storing.report(.failed)
                }
                done()
            }
            if !isStarted { done() }
        }
        return storing.result ?? .failed
    }

    /// The response to a miss whose images were kept, or not; nil if it is not to be followed.
    func followingMedia(
        _ response: Response, to inquiry: Inquiry, outcome: CacheOutcome, storing: Storing,
        onProof: (CacheEntry) -> Void
    ) -> Response? {
        guard response.status == .ok else { return nil }
        var outcome = outcome
        switch response.facts[MediaFact.self] {
        case .kept(let entry, let result)?:
            onProof(entry)
            storing.report(result)
            outcome.storing = storing
            outcome.recording = inquiry.id
        case .unkept(let detail)?:
            storing.report(.incomplete)
            outcome.detail = detail.rawValue
        case nil:
            storing.report(.incomplete)
        }
        return outcome.noted(on: response)
    }

    /// The response that an entry with images makes. Throws ``MediaAbsence``, and what the store throws.
    func rendered(_ entry: CacheEntry, for inquiry: Inquiry) async throws -> Response {
        guard let media, let stored = format.storedMedia(in: entry.body) else { throw MediaAbsence.formless }
        let asked = inquiry.question.media ?? .original
        guard let form = asked == .original ? stored.originalForm : asked else {
            throw MediaAbsence.formless
        }
        let values = try await media.values(
            of: stored.media, as: form, origin: inquiry.mediaOrigin, storedAt: entry.storedAt,
            upTo: policy.maximumAnswerBytes)
        var head = HTTPResponse(status: .init(code: entry.status))
        head.headerFields[.contentType] = entry.contentType
        return Response(head: head, body: Body(stored.filled(with: values, as: form)))
    }

    /// Removes an entry whose images are gone; one that has taken its place meanwhile stays.
    func discard(_ entry: CacheEntry) async {
        var selection = CacheSelection()
        selection.id = entry.id
        _ = try? await store.remove(selection)
    }
}
