internal import PennyweightJSON

/// What the cache needs to know of the body of `POST /responses`.
struct ResponseRequest {
    let root: JSONNode
    let model: String

    /// True if the answer depends on this request alone and leaves nothing behind at the provider.
    ///
    /// `store` must be false in so many words: the provider stores what does not say so. Nothing earlier may
    /// be continued or referred to, nothing runs on in the background, and the only tools are those that the
    /// caller runs itself.
    var isStateless: Bool {
        root["store"]?.bool == false && root["background"]?.bool != true && isAbsent("previous_response_id")
            && isAbsent("conversation") && isAbsent("prompt") && hasOnlyOwnTools && !refersToStoredItems
            && !model.contains("-search-") && !model.contains("deep-research")
    }

    private func isAbsent(_ name: String) -> Bool { root[name]?.isNull ?? true }

    private var hasOnlyOwnTools: Bool {
        guard let tools = root["tools"], !tools.isNull else { return true }
        return tools.kind == .array
            && tools.elements.allSatisfy { ["function", "custom"].contains($0["type"]?.string) }
    }

    private var refersToStoredItems: Bool {
        root["input"]?.elements.contains { $0["type"]?.string == "item_reference" } ?? false
    }
}
