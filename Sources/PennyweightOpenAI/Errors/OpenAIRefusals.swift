private import PennyweightJSON
public import PennyweightMiddleware

/// Knows the refusals of OpenAI's wire format that no further attempt helps: `insufficient_quota`, which is
/// about billing (OpenAI's guide "Error codes", 429).
public struct OpenAIRefusals: RefusalReader {
    public init() {}

    public func isFinal(_ body: [UInt8]) -> Bool {
        guard let error = try? JSONDocument(body).root["error"] else { return false }
        return [error["code"]?.string, error["type"]?.string].contains("insufficient_quota")
    }
}
