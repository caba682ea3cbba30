internal import PennyweightJSON
internal import PennyweightLedger
internal import PennyweightMiddleware

/// The bounds of requests that are paid for by tokens of text.
extension Quote {
    mutating func addChat(_ body: [UInt8], _ convention: UsageConvention) {
        guard let chat = try? ChatRequest(body) else { return }
        let root = chat.document.root
        let fees = ToolFees.ofChat(root)
        isBounded = fees.isEmpty
        meters = fees
        // Chat searches once for every request (OpenAI's guide "Web search"), and doesn't report it.
        if chat.searchesTheWeb { meters.append(Usage.Meter(.search, count: 1)) }
        if fees.isEmpty, !chat.searchesTheWeb, PromptParts.isText(inMessages: root) {
            let hasTools = root["tools"].map { !$0.elements.isEmpty } ?? false
            inputTokens = Int64(body.count) + (hasTools ? convention.toolPromptTokens : 0)
        }
        choices = chat.choiceCount
        outputTokens = chat.maximumTokens.flatMap { each in choices.flatMap { product(each, $0) } }
        guard let prediction = root["prediction"], !prediction.isNull else { return }
        // What the model rejects of a prediction is billed as output, beside what it may generate.
        guard let count = choices, let rejected = product(Int64(prediction.source.count), count) else {
            isBounded = false
            return
        }
        addedOutputTokens = rejected
    }

    /// The legacy route: `best_of` answers are generated for each prompt of a list, and `n` of them returned.
    mutating func addCompletion(_ fields: RequestFields) {
        guard let root = fields.root, let prompts = PromptParts.count(ofPrompts: root["prompt"]),
            let returned = fields.integer("n", else: 1), returned > 0,
            let best = fields.integer("best_of", else: returned), best > 0,
            let count = product(prompts, max(returned, best))
        else { return }
        isBounded = true
        inputTokens = fields.textByteCount
        choices = count
        guard fields.has("max_tokens") else {
            // An echo comes on top of the model's limit.
            let echo = product(root["echo"]?.bool == true ? fields.textByteCount : 0, count)
            isBounded = echo != nil
            addedOutputTokens = echo ?? 0
            return
        }
        guard let each = fields.integer("max_tokens", else: nil), each >= 0,
            let most = product(each, count),
            let echo = product(root["echo"]?.bool == true ? fields.textByteCount : 0, count)
        else {
            isBounded = false
            return
        }
        outputTokens = sum(most, echo)
        if outputTokens == nil { isBounded = false }
    }

    mutating func addResponse(_ fields: RequestFields) {
        guard let root = fields.root else { return }
        isBounded = ToolFees.areClientTools(root["tools"])
        if isBounded {
            if PromptParts.isText(inResponse: root) { inputTokens = fields.textByteCount }
        } else if ToolFees.areCounted(root["tools"]),
            let calls = fields.integer("max_tool_calls", else: nil), (0...1_000).contains(calls)
        {
            // The model is prompted again with the result of each call, and each search has its fee.
            isBounded = true
            prompts = calls + 1
            meters = [Usage.Meter(.search, count: calls)]
        }
        let limit = fields.integer("max_output_tokens", else: nil)
        outputTokens = limit.flatMap { $0 >= 0 ? $0 : nil }
    }

    mutating func addEmbedding(_ fields: RequestFields) {
        guard let root = fields.root else { return }
        isBounded = true
        inputTokens = PromptParts.isText(inInput: root["input"]) ? fields.textByteCount : nil
        outputTokens = 0
        if let inputs = root["input"], inputs.kind == .array {
            prompts = Int64(max(1, inputs.elements.count))
        }
    }

    private func product(_ left: Int64, _ right: Int64) -> Int64? {
        let (product, overflow) = left.multipliedReportingOverflow(by: right)
        return overflow ? nil : product
    }

    private func sum(_ left: Int64, _ right: Int64) -> Int64? {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? nil : sum
    }
}
