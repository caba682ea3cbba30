private import Crypto
private import PennyweightJSON
internal import PennyweightPipeline

/// Finds the end user that a caller names: for the ledger and for budgets, never for the cache's scope.
enum CallerUser {
    /// The header that names it; stronger than the body.
    static let header = "x-pennyweight-user"
    /// The most bytes that are kept as they are. Of a longer name its digest stands for it.
    static let limitBytes = 128

    /// The members of a JSON body that name it, strongest first (OpenAI's API reference, "Create chat
    /// completion": `safety_identifier` replaces `user`).
    private static let members = ["user", "safety_identifier"]

    /// The end user; nil if nobody names one. Throws a `Failure` `invalidRequest` for a name with a control
    /// character.
    static func find(header: String?, body: [UInt8]) throws -> String? {
        if let header, !header.isEmpty { return try checked(header, in: "header \(CallerUser.header)") }
        guard let root = try? JSONDocument(body).root else { return nil }
        for member in members {
            guard let name = root[member]?.string, !name.isEmpty else { continue }
            return try checked(name, in: "body's '\(member)'")
        }
        return nil
    }

    private static func checked(_ name: String, in place: String) throws -> String {
        guard !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw Failure(
                .invalidRequest, "The \(place) has a control character; name the end user by printable text.")
        }
        guard name.utf8.count > limitBytes else { return name }
        let digits = Array("0123456789abcdef")
        return SHA256.hash(data: Array(name.utf8)).prefix(16).reduce(into: "sha256-") { text, byte in
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 0xF)])
        }
    }
}
