private import PennyweightJSON

/// A provider's list of models in OpenAI's shape.
enum ModelList {
    /// Adds what OpenAI's clients expect and the list leaves out: `object` of the list, and `object`,
    /// `created` and `owned_by` of each model. What is there stays as it is; nil if the answer is no list of
    /// models at all.
    static func normalized(_ bytes: [UInt8], owner: String) -> [UInt8]? {
        guard let document = try? JSONDocument(bytes) else { return nil }
        let root = document.root
        var list = root.kind == .array ? JSONValue.object([]) : JSONValue(root)
        let models = root.kind == .array ? root : root["data"]
        guard let models, models.kind == .array, models.elements.allSatisfy({ $0["id"]?.kind == .string })
        else {
            return nil
        }
        if list["object"] == nil { list["object"] = .text("list") }
        list["data"] = .array(models.elements.map { normalized($0, owner: owner) })
        return list.bytes
    }

    /// The same for one model.
    static func normalizedModel(_ bytes: [UInt8], owner: String) -> [UInt8]? {
        guard let document = try? JSONDocument(bytes), document.root["id"]?.kind == .string else {
            return nil
        }
        return normalized(document.root, owner: owner).bytes
    }

    /// A list without the models that are not wanted; anything else as it is.
    static func filtered(_ bytes: [UInt8], by isWanted: (String) -> Bool) -> [UInt8] {
        guard let document = try? JSONDocument(bytes), let models = document.root["data"] else {
            return bytes
        }
        var list = JSONValue(document.root)
        list["data"] = .array(
            models.elements.filter { $0["id"]?.string.map(isWanted) == true }.map(JSONValue.init))
        return list.bytes
    }

    private static func normalized(_ model: JSONNode, owner: String) -> JSONValue {
        var value = JSONValue(model)
        if value["object"] == nil { value["object"] = .text("model") }
        if value["created"] == nil { value["created"] = .integer(0) }
        if value["owned_by"] == nil { value["owned_by"] = .text(owner) }
        return value
    }
}
