private import HTTPTypes
private import Logging
internal import PennyweightPipeline
private import PennyweightTime

extension SemanticLookup {
    /// The largest answer to a call for one vector, in bytes.
    private static let answerLimit = 1 << 20

    /// Gets a text's vector by an ordinary call, and where it belongs; nil if there is none to be had in
    /// time. Throws `CancellationError` alone.
    func place(of lookup: Lookup) async throws -> Locus? {
        var embedding: TextEmbedding?
        do {
            embedding = try await self.embedding(for: lookup)
        } catch {
            try Task.checkCancellation()
            lookup.context.logger.debug(
                "No vector for a semantic look-up: the call is a miss.", metadata: ["problem": "\(error)"])
        }
        guard let embedding, let vector = UnitVector(of: embedding.numbers),
            policy.dimensions.map({ $0 == vector.dimensions }) ?? true,
            let frame = try? CanonicalForm(
                of: lookup.phrase.frame, omitting: lookup.missed.fields.policy.omitted)
        else { return nil }
        return Locus(
            vector: vector,
            partition: VectorPartition(
                fields: lookup.missed.fields, frame: frame.digest, exactWords: lookup.phrase.exactWords,
                asked: policy.model, ran: embedding.model, dimensions: vector.dimensions))
    }

    private func embedding(for lookup: Lookup) async throws -> TextEmbedding? {
        var request = format.embeddingRequest(
            of: lookup.phrase.text, model: policy.model, dimensions: policy.dimensions)
        // Whose organisation pays at the provider is the caller's to say, for this call as for its own.
        for name in ["openai-organization", "openai-project"].compactMap({ HTTPField.Name($0) }) {
            request.head.headerFields[name] = lookup.request.head.headerFields[name]
        }
        let context = context(for: lookup)
        let (embeddings, format) = (embeddings, format)
        return try await alarms.bounded(
            until: lookup.due,
            failure: Failure(.deadlineExceeded, "The vector of a text took longer than allowed.")
        ) { [request] in
            let response = try await embeddings.send(request, context: context)
            let answer = try await response.body.collect(upTo: SemanticLookup.answerLimit)
            return response.status == .ok ? format.embedding(in: answer) : nil
        }
    }

    /// A call of its own, charged to whoever asked. What its caller wants of the cache is not for this one.
    private func context(for lookup: Lookup) -> Context {
        let caller = lookup.context
        var context = Context(
            id: SortableID(time: time, random: random), logger: caller.logger, deadline: lookup.due)
        context.account = caller.account
        context.tags = caller.tags
        context[KeyLabel.self] = caller[KeyLabel.self]
        context[EndUser.self] = caller[EndUser.self]
        context[RequestedModel.self] = policy.model
        context.logger[metadataKey: "request-id"] = "\(context.id)"
        context.logger[metadataKey: "for-request"] = "\(caller.id)"
        return context
    }
}
