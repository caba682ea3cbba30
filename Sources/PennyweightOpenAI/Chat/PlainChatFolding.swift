private import PennyweightJSON
internal import PennyweightMiddleware

/// Keeps a plain `chat.completion` as it is, if it is proven complete.
struct PlainChatFolding: Folding {
    private let choiceCount: Int?
    private var body: [UInt8] = []
    private var isTooLarge = false

    init(choiceCount: Int?) {
        self.choiceCount = choiceCount
    }

    mutating func consume(_ chunk: [UInt8]) {
        guard !isTooLarge else { return }
        guard body.count + chunk.count <= ChatFolding.limitBytes else {
            isTooLarge = true
            body = []
            return
        }
        body += chunk
    }

    mutating func finish() -> FoldedAnswer? {
        guard !isTooLarge, let root = try? JSONDocument(body).root,
            root["object"]?.string == "chat.completion",
            root["error"]?.isNull ?? true, let choices = root["choices"]?.elements, !choices.isEmpty,
            choiceCount ?? choices.count == choices.count
        else { return nil }
        let isFinished = choices.allSatisfy { choice in
            choice["message"]?.kind == .object && choice["finish_reason"]?.string?.isEmpty == false
        }
        let indices = Set(choices.compactMap { $0["index"]?.integer })
        guard isFinished, indices == Set((0..<choices.count).map(Int64.init)) else { return nil }
        return FoldedAnswer(contentType: "application/json", body: body)
    }
}

/// Folds nothing: the answer must not be stored.
struct NoFolding: Folding {
    mutating func consume(_ chunk: [UInt8]) {}
    mutating func finish() -> FoldedAnswer? { nil }
}
