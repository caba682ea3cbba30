/// Takes out of a text what looks like a credential. The rest of the bytes stays, so JSON stays JSON.
///
/// It knows the shapes of common provider keys. It is the last net under the rule that no secret is ever put
/// into a message, not a replacement for it.
package enum Redaction {
    /// What keys of providers start with.
    private static let prefixes: [[UInt8]] = [
        "sk-", "sk_", "pk-", "rk-", "pw-", "pw_", "gsk_", "xai-", "AIza", "r8_", "hf_",
    ].map { Array($0.utf8) }

    /// What a credential in a header starts with; plain words follow these too ("Basic authentication").
    private static let schemes: [[UInt8]] = ["Bearer ", "bearer ", "Basic "].map { Array($0.utf8) }

    private static let replacement = Array("[redacted]".utf8)
    /// Shorter runs are words: "sk-image".
    private static let minimumSecretBytes = 8

    package static func redacted(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var position = 0
        while position < bytes.count {
            if let end = secretEnd(in: bytes, at: position) {
                out += replacement
                position = end
            } else {
                out.append(bytes[position])
                position += 1
            }
        }
        return out
    }

    static func redacted(_ text: String) -> String {
        String(decoding: redacted(Array(text.utf8)), as: UTF8.self)
    }

    private static func secretEnd(in bytes: [UInt8], at position: Int) -> Int? {
        guard startsWord(in: bytes, at: position) else { return nil }
        for prefix in prefixes where bytes[position...].starts(with: prefix) {
            let run = keyRun(in: bytes, from: position + prefix.count)
            if run.count >= minimumSecretBytes { return run.endIndex }
        }
        for scheme in schemes where bytes[position...].starts(with: scheme) {
            let run = keyRun(in: bytes, from: position + scheme.count)
            let hasDigit = run.contains { (0x30...0x39).contains($0) }
            if run.count >= minimumSecretBytes, hasDigit { return run.endIndex }
        }
        return nil
    }

    /// False inside a word: "task-oriented". The last letter of a JSON escape (`\n`, `\u0020`) is no part of
    /// one.
    private static func startsWord(in bytes: [UInt8], at position: Int) -> Bool {
        guard position > 0, isAlphanumeric(bytes[position - 1]) else { return true }
        let isShortEscape = position > 1 && bytes[position - 2] == UInt8(ascii: "\\")
        let isLongEscape =
            position > 5 && bytes[position - 6] == UInt8(ascii: "\\")
            && bytes[position - 5] == UInt8(ascii: "u")
        return isShortEscape || isLongEscape
    }

    private static func keyRun(in bytes: [UInt8], from start: Int) -> ArraySlice<UInt8> {
        bytes[start...].prefix { isKeyByte($0) }
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || "-_.+=".utf8.contains(byte)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
