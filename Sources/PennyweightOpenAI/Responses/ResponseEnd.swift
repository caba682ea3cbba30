internal import PennyweightJSON

/// How a response can come to its end so that it may be stored.
enum ResponseEnd: String {
    case completed
    /// It was cut at a bound that the request or the provider's filter set; it won't grow any more.
    case incomplete

    /// The type of the event that ends a stream so.
    var event: String { "response.\(rawValue)" }

    /// The end of a whole response; nil if it is not at its end, or failed.
    init?(_ response: JSONNode) {
        guard response["object"]?.string == "response", response["output"]?.kind == .array,
            response["error"]?.isNull ?? true, response["background"]?.bool != true,
            let end = response["status"]?.string.flatMap(ResponseEnd.init(rawValue:)),
            response["output"]?.elements.allSatisfy(ResponseEnd.isWhole) == true
        else { return nil }
        self = end
    }

    static func isFinal(_ response: JSONNode) -> Bool { ResponseEnd(response) != nil }

    /// False for an item that still works.
    private static func isWhole(_ item: JSONNode) -> Bool {
        guard item.kind == .object, item["type"]?.string != nil else { return false }
        guard let status = item["status"]?.string else { return true }
        return ["completed", "incomplete", "failed"].contains(status)
    }
}
