/// The value and the parameters of a header field: `form-data; name="model"; filename="a;b.png"`.
///
/// A parameter's value is a token or a quoted string, in which a backslash escapes a quote or a backslash
/// ([RFC 9110 section 5.6.6](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.6)).
struct HeaderParameters: Sendable {
    /// What stands before the first semicolon.
    let value: String
    private let parameters: [String: String]

    /// Nil if it is malformed, not UTF-8, or names a parameter twice.
    init?(_ bytes: ArraySlice<UInt8>) {
        var scanner = Scanner(rest: bytes)
        guard let value = String(validating: scanner.text(until: ";"), as: UTF8.self), !value.isEmpty else {
            return nil
        }
        self.value = value
        var parameters: [String: String] = [:]
        while scanner.take(";") {
            scanner.skipSpace()
            if scanner.rest.isEmpty { break }
            guard let name = String(validating: scanner.text(until: "=", or: ";"), as: UTF8.self),
                !name.isEmpty, scanner.take("="), let text = scanner.parameterValue(),
                let value = String(validating: text, as: UTF8.self),
                parameters.updateValue(value, forKey: name.lowercased()) == nil
            else { return nil }
        }
        guard scanner.rest.isEmpty else { return nil }
        self.parameters = parameters
    }

    /// A parameter by its name in lower case; nil without one.
    subscript(name: String) -> String? { parameters[name] }

    func has(_ name: String) -> Bool { parameters[name] != nil }

    private struct Scanner {
        var rest: ArraySlice<UInt8>

        mutating func skipSpace() {
            rest = rest.drop { $0 == 0x20 || $0 == 0x09 }
        }

        mutating func take(_ wanted: Unicode.Scalar) -> Bool {
            skipSpace()
            guard rest.first == UInt8(ascii: wanted) else { return false }
            rest = rest.dropFirst()
            return true
        }

        /// Everything up to one of two characters, without the space around it.
        mutating func text(until end: Unicode.Scalar, or other: Unicode.Scalar = ";") -> [UInt8] {
            skipSpace()
            let text = rest.prefix { $0 != UInt8(ascii: end) && $0 != UInt8(ascii: other) }
            rest = rest[text.endIndex...]
            var trimmed = Array(text)
            while trimmed.last == 0x20 || trimmed.last == 0x09 { trimmed.removeLast() }
            return trimmed
        }

        /// A token, or what a quoted string means; nil if a quote isn't closed or something follows it.
        mutating func parameterValue() -> [UInt8]? {
            skipSpace()
            guard rest.first == UInt8(ascii: "\"") else {
                let token = text(until: ";")
                let isToken = token.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != 0x7F }
                return isToken ? token : nil
            }
            rest = rest.dropFirst()
            var text: [UInt8] = []
            while let byte = rest.popFirst() {
                if byte == UInt8(ascii: "\"") {
                    skipSpace()
                    return rest.isEmpty || rest.first == UInt8(ascii: ";") ? text : nil
                }
                let isEscape =
                    byte == UInt8(ascii: "\\")
                    && (rest.first == UInt8(ascii: "\"") || rest.first == UInt8(ascii: "\\"))
                guard isEscape, let escaped = rest.popFirst() else {
                    text.append(byte)
                    continue
                }
                text.append(escaped)
            }
            return nil
        }
    }
}
