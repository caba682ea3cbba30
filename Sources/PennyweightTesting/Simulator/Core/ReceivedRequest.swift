public import HTTPTypes

/// A request as the simulated provider received it, byte for byte.
public struct ReceivedRequest: Sendable, Hashable {
    /// `POST`.
    public var method: String
    /// The path with its query, still percent-encoded.
    public var path: String
    public var headers: HTTPFields
    public var body: [UInt8]

    public init(method: String, path: String, headers: HTTPFields = [:], body: [UInt8] = []) {
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
    }
}

extension ReceivedRequest {
    /// The segments of the path, percent-decoded: `v1`, `models`, `simulated/cut`.
    var segments: [String] {
        path.prefix { $0 != "?" }.split(separator: "/").map { PercentText.decoded($0) }
    }

    /// A value of the query; nil without one.
    func query(_ name: String) -> String? {
        guard let mark = path.firstIndex(of: "?") else { return nil }
        for pair in path[path.index(after: mark)...].split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            if parts.first.map(PercentText.decoded) == name {
                return parts.dropFirst().first.map(PercentText.decoded) ?? ""
            }
        }
        return nil
    }

    func header(_ name: String) -> String? {
        HTTPField.Name(name).flatMap { headers[$0] }
    }
}

/// Percent-encoding (RFC 3986 section 2.1).
enum PercentText {
    static func decoded(_ text: some StringProtocol) -> String {
        let bytes = Array(text.utf8)
        var decoded: [UInt8] = []
        var position = 0
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "%"), position + 2 < bytes.count,
                let byte = UInt8(
                    String(decoding: bytes[(position + 1)...(position + 2)], as: UTF8.self), radix: 16)
            {
                decoded.append(byte)
                position += 3
            } else {
                decoded.append(bytes[position])
                position += 1
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}
