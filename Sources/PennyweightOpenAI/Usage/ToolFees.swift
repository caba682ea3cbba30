internal import PennyweightJSON
internal import PennyweightLedger

/// Counts the calls of tools that the provider runs and has a fee for.
///
/// A tool that is not known to be free is counted under its own name: if the price book has no rate for it,
/// the cost is unknown, never silently nothing.
enum ToolFees {
    /// What a chat request asks for that its answer doesn't report: the provider's own tools and plugins.
    static func ofChat(_ root: JSONNode) -> [Usage.Meter] {
        var meters: [Usage.Meter] = []
        for tool in root["tools"]?.elements ?? [] {
            let type = tool["type"]?.string ?? "function"
            if !clientTools.contains(type) { meters.append(.init(.toolCall, variant: type, count: 1)) }
        }
        for plugin in root["plugins"]?.elements ?? [] {
            meters.append(.init(.toolCall, variant: plugin["id"]?.string ?? "plugin", count: 1))
        }
        // xAI's live search, which reports how many sources it used.
        if let search = root["search_parameters"], !search.isNull, search["mode"]?.string != "off" {
            meters.append(.init(.search, count: 1))
        }
        if root["model"]?.string?.hasSuffix(":online") == true {
            meters.append(.init(.toolCall, variant: "web", count: 1))
        }
        return meters
    }

    /// True if the caller runs all these tools itself.
    static func areClientTools(_ tools: JSONNode?) -> Bool {
        (tools?.elements ?? []).allSatisfy { clientTools.contains($0["type"]?.string ?? "") }
    }

    /// True if the provider runs no tools but those whose calls are free, or are searches, which every
    /// response counts.
    static func areCounted(_ tools: JSONNode?) -> Bool {
        (tools?.elements ?? []).allSatisfy {
            let type = $0["type"]?.string ?? ""
            return clientTools.contains(type) || type == "mcp" || type.hasPrefix("web_search")
        }
    }

    /// The calls in the output of a response; nil if the answer has no output.
    ///
    /// Of web searches only those that search cost, not those that open a page (OpenAI's guide "Web search").
    /// A code interpreter is charged by the container, not by the call.
    static func inOutput(of answer: JSONNode) -> [Usage.Meter]? {
        guard let output = answer["output"], output.kind == .array else { return nil }
        var searches: Int64 = 0
        var containers: Set<String> = []
        var calls: [String: Int64] = [:]
        for item in output.elements {
            guard let type = item["type"]?.string, type.hasSuffix("_call"), !freeCalls.contains(type) else {
                continue
            }
            let tool = String(type.dropLast("_call".count))
            switch tool {
            case "web_search":
                if item["action"]?["type"]?.string ?? "search" == "search" { searches += 1 }
            case "code_interpreter":
                containers.insert(item["container_id"]?.string ?? "")
                calls[tool] = Int64(containers.count)
            default: calls[tool, default: 0] += 1
            }
        }
        return [.init(.search, count: searches)]
            + calls.sorted { $0.key < $1.key }.map { .init(.toolCall, variant: $0.key, count: $0.value) }
    }

    /// The searches that a usage report counts; nil if it counts none. A count that can't be read is -1,
    /// which nothing can be priced by.
    static func inReport(_ report: JSONNode) -> [Usage.Meter]? {
        let counts = [
            report["server_tool_use"]?["web_search_requests"], report["num_sources_used"],
            report["num_search_queries"],
        ]
        guard let count = counts.compactMap({ $0 }).first(where: { !$0.isNull }) else { return nil }
        return [.init(.search, count: count.integer ?? -1)]
    }

    /// What Gemini searched: a prompt with its own grounding up to its second generation, each query later.
    static func inGrounding(of answer: JSONNode, model: String?) -> [Usage.Meter]? {
        let queries = (answer["candidates"]?.elements ?? []).compactMap {
            $0["groundingMetadata"]?["webSearchQueries"]?.elements.count
        }.reduce(0, +)
        guard queries > 0 else { return nil }
        let isByPrompt = ["gemini-1", "gemini-2"].contains { model?.hasPrefix($0) == true }
        return [.init(.search, count: isByPrompt ? 1 : Int64(queries))]
    }

    private static let clientTools: Set<String> = [
        "function", "custom", "local_shell", "apply_patch", "computer_use_preview", "computer",
    ]
    private static let freeCalls: Set<String> = [
        "function_call", "custom_tool_call", "mcp_call", "computer_call", "local_shell_call",
        "apply_patch_call", "tool_search_call",
    ]
}
