internal import PennyweightJSON
internal import PennyweightMiddleware
internal import PennyweightTime

extension NativeAPI {
    /// Takes whether an answer that was served to a similar question was right.
    ///
    /// The path names the hit (`hit_…`, as `x-pennyweight-semantic-hit` says it), or the entry
    /// (`x-pennyweight-recording`) with the hit in the body. The first verdict on a hit stands.
    func cacheFeedback(_ text: String, _ request: NativeRequest) async throws -> JSONValue {
        guard let vectors = stores.vectors else {
            throw Refusal.absent("This gateway serves no answers to similar questions.")
        }
        let feedback = try NativeAPI.feedback(request.body)
        let absent = Refusal.absent("There is no semantic hit '\(text.prefix(64))' that can be judged.")
        var entry: SortableID?
        var hit = SortableID(text.hasPrefix("hit_") ? text.dropFirst(4) : text[text.endIndex...])
        if hit == nil {
            entry = SortableID(text.hasPrefix("rec_") ? text.dropFirst(4) : text[...])
            guard entry != nil else { throw absent }
            guard let given = feedback.hit else {
                throw Refusal.wrong(
                    "hit", "'hit' is missing: give what the answer's x-pennyweight-semantic-hit says.")
            }
            hit = given
        } else if let given = feedback.hit, given != hit {
            throw Refusal.wrong("hit", "'hit' is another one than the path names.")
        }
        guard let hit else { throw absent }
        let account = request.account
        let verdict = try await vectors.judge(
            hit, of: entry, isCorrect: feedback.isCorrect, account: account)
        guard let verdict else { throw absent }
        return .object([
            .init("object", .text("cache_feedback")), .init("hit", .text("hit_\(hit)")),
            .init("key", .text(verdict.key.description)), .init("correct", .bool(verdict.isCorrect)),
            .init("counted", .bool(verdict.isNew)),
        ])
    }

    /// What a body says.
    private struct Feedback {
        var isCorrect: Bool
        var hit: SortableID?
    }

    private static func feedback(_ body: [UInt8]) throws -> Feedback {
        guard let root = try? JSONDocument(body).root, root.kind == .object else {
            throw Refusal.wrong("body", "The body must be a JSON object like {\"correct\":true}.")
        }
        for member in root.members where !["correct", "hit"].contains(member.name.string) {
            let name = (member.name.string ?? "").prefix(100)
            throw Refusal.wrong(String(name), "There is no member '\(name)'; there are: correct, hit.")
        }
        guard let isCorrect = root["correct"]?.bool else {
            throw Refusal.wrong("correct", "'correct' must be true or false.")
        }
        guard let given = root["hit"], !given.isNull else { return Feedback(isCorrect: isCorrect) }
        let text = given.string ?? ""
        guard let hit = SortableID(text.hasPrefix("hit_") ? text.dropFirst(4) : text[...]) else {
            throw Refusal.wrong("hit", "'hit' must be 'hit_' and the id of a call.")
        }
        return Feedback(isCorrect: isCorrect, hit: hit)
    }
}
