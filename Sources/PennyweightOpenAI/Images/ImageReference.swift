internal import PennyweightJSON
internal import PennyweightMiddleware

/// What stands in a stored answer in place of an image's base64 or URL:
/// `{"sha256": "…", "bytes": 1024, "type": "png", "original": true}`.
///
/// No answer of a provider can have it: its images are texts.
struct ImageReference {
    static let base64Name = "b64_json"
    static let urlName = "url"
    static let names = [base64Name, urlName]

    let item: StoredMedia
    /// True if the caller asked for no form, so that this one is the provider's own choice.
    let isOriginal: Bool

    init(_ item: StoredMedia, isOriginal: Bool) {
        self.item = item
        self.isOriginal = isOriginal
    }

    /// Reads a reference; nil if it is none.
    init?(_ node: JSONNode) {
        guard node.kind == .object, let digest = node["sha256"]?.string.flatMap({ MediaDigest($0) }),
            let size = node["bytes"]?.integer,
            let type = node["type"]?.string.flatMap({ MediaType(rawValue: $0) }),
            let isOriginal = node["original"]?.bool
        else { return nil }
        item = StoredMedia(
            Media(digest: digest, size: size, type: type), source: node["source"]?.string)
        self.isOriginal = isOriginal
    }

    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("sha256", .text(item.media.digest.description)), .init("bytes", .integer(item.media.size)),
            .init("type", .text(item.media.type.rawValue)), .init("original", .bool(isOriginal)),
        ]
        if let source = item.source { members.append(.init("source", .text(source))) }
        return .object(members)
    }
}
