internal import PennyweightPipeline

/// Tells whether a JSON object that comes in pieces has come to its end: every bracket is closed. A value: no
/// waiting, and nothing is kept.
struct WholeJSON: Sendable {
    private var depth = 0
    private var hasBegun = false
    private var isInString = false
    private var isEscaped = false

    mutating func consume(_ bytes: [UInt8]) {
        for byte in bytes {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                hasBegun = true
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: continue
            }
        }
    }

    /// Throws `connectionLost` if the object has not come to its end.
    func finish() throws {
        guard hasBegun, depth <= 0, !isInString else {
            throw Failure(.connectionLost, "The provider's answer broke off before its end.")
        }
    }
}
