internal import PennyweightJSON
internal import PennyweightMiddleware

/// Keeps a plain answer as it is, if it is proven complete.
struct PlainFolding: Folding {
    private let isComplete: @Sendable (JSONNode) -> Bool
    private var body: [UInt8] = []
    private var isTooLarge = false

    init(isComplete: @escaping @Sendable (JSONNode) -> Bool) {
        self.isComplete = isComplete
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
        guard !isTooLarge, let root = try? JSONDocument(body).root, root["error"]?.isNull ?? true,
            isComplete(root)
        else { return nil }
        return FoldedAnswer(contentType: "application/json", body: body)
    }
}

extension PlainFolding {
    /// A `chat.completion` with all its choices finished.
    static func chat(choiceCount: Int?) -> PlainFolding {
        PlainFolding { root in
            hasFinished(root, object: ChoiceFolding.plainObject, count: choiceCount) {
                $0["message"]?.kind == .object
            }
        }
    }

    /// A `text_completion` with all its choices finished.
    static func completion(choiceCount: Int?) -> PlainFolding {
        PlainFolding { root in
            hasFinished(root, object: CompletionChoiceFolding.plainObject, count: choiceCount) {
                $0["text"]?.kind == .string
            }
        }
    }

    /// A `response` that has come to its end.
    static var response: PlainFolding { PlainFolding(isComplete: ResponseEnd.isFinal) }

    /// The embedding of one text.
    static var embedding: PlainFolding { PlainFolding { EmbeddingList($0)?.vectors.count == 1 } }

    private static func hasFinished(
        _ root: JSONNode, object: String, count: Int?, isWhole: (JSONNode) -> Bool
    ) -> Bool {
        guard root["object"]?.string == object, let choices = root["choices"]?.elements, !choices.isEmpty,
            count ?? choices.count == choices.count
        else { return false }
        let isFinished = choices.allSatisfy { choice in
            isWhole(choice) && choice["finish_reason"]?.string?.isEmpty == false
        }
        let indices = Set(choices.compactMap { $0["index"]?.integer })
        return isFinished && indices == Set((0..<choices.count).map(Int64.init))
    }
}

/// Folds nothing: the answer must not be stored.
struct NoFolding: Folding {
    mutating func consume(_ chunk: [UInt8]) {}
    mutating func finish() -> FoldedAnswer? { nil }
}
