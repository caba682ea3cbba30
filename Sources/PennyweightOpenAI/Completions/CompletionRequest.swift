internal import PennyweightJSON

/// What the cache needs to know of the body of `POST /completions`.
struct CompletionRequest {
    let root: JSONNode

    /// How many texts are asked for: `n` for each prompt; nil if that can't be told.
    var choiceCount: Int? {
        guard let each = count("n") else { return nil }
        let (count, overflow) = each.multipliedReportingOverflow(by: promptCount)
        return overflow ? nil : count
    }

    private func count(_ name: String) -> Int? {
        guard let count = root[name], !count.isNull else { return 1 }
        return count.integer.flatMap(Int.init(exactly:)).flatMap { $0 > 0 ? $0 : nil }
    }

    /// A list of texts or of lists of tokens is many prompts; a text or a list of tokens is one.
    private var promptCount: Int {
        guard let prompts = root["prompt"]?.elements, let first = prompts.first, first.kind != .number else {
            return 1
        }
        return prompts.count
    }
}
