private import Crypto
private import PennyweightJSON
private import PennyweightOpenAI
internal import PennyweightPipeline

/// Finds the end user that a caller names: for the ledger and for budgets, never for the cache's scope.
enum CallerUser {
    /// The header that names it; stronger than the body.
    static let header = "x-pennyweight-user"
    /// The most bytes that are kept as they are. Of a longer name its digest stands for it.
    static let limitBytes = 128

    /// The members of a body, JSON or a form, that name it, strongest first (OpenAI's API reference, "Create
    /// chat completion": `safety_identifier` replaces `user`).
    private static let members = ["user", "safety_identifier"]

    /// The end user; nil if nobody names one. Throws a `Failure` `invalidRequest` for a name with a control
    /// character, and for a form's that can't be read in one way only.
    static func find(header: String?, body: [UInt8], contentType: String? = nil) throws -> String? {
        if let header, !header.isEmpty { return try checked(header, in: "header \(CallerUser.header)") }
        if CommandBody.isForm(contentType) {
            return try MultipartForm(body, contentType: contentType).flatMap(find(in:))
        }
        guard let root = try? JSONDocument(body).root else { return nil }
        for member in members {
            guard let name = root[member]?.string, !name.isEmpty else { continue }
            return try checked(name, in: "body's '\(member)'")
        }
        return nil
    }

    private static func find(in form: MultipartForm) throws -> String? {
        for member in members where form.has(member) {
            guard let name = form.text(member) else {
                throw Failure(
                    .invalidRequest,
                    "The form's '\(member)' is given twice, as a file, or is not UTF-8; name one end user.")
            }
            if !name.isEmpty { return try checked(name, in: "form's '\(member)'") }
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
