/// Writes forms as clients do.
enum Forms {
    static let type = "multipart/form-data; boundary=b0undary"

    static func form(_ parts: String..., end: String = "--b0undary--\r\n") -> String {
        parts.map { "--b0undary\r\n\($0)\r\n" }.joined() + end
    }

    static func field(_ name: String, _ value: String) -> String {
        "Content-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)"
    }

    static func file(_ name: String, _ value: String, fileName: String = "a.png") -> String {
        "Content-Disposition: form-data; name=\"\(name)\"; filename=\"\(fileName)\"\r\n"
            + "Content-Type: image/png\r\n\r\n\(value)"
    }
}
