#if Gateway
internal import NIOCore

/// One connection of a ``RawServer``: reads requests, writes bytes, knows when it was closed.
public final class RawConnection: Sendable {
    private struct State: Sendable {
        var input: [UInt8] = []
        var isClosed = false
    }

    private let channel: any Channel
    private let state = Watched(State())

    init(_ channel: any Channel) {
        self.channel = channel
    }

    /// True as soon as either side has closed the connection.
    public var isClosed: Bool { state.value.isClosed }

    /// Waits until the peer has sent a whole request and takes it off the input.
    ///
    /// Throws `CancellationError` if the connection closes first.
    public func readRequest() async throws -> RawRequest {
        let state = try await state.wait(for: "a request") { state in
            state.isClosed || RawRequest.parse(state.input) != nil
        }
        guard let (request, count) = RawRequest.parse(state.input) else { throw CancellationError() }
        self.state.update { $0.input.removeFirst(count) }
        return request
    }

    /// Writes bytes; returns when they are in the socket, throws if the connection is closed.
    public func send(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    /// Writes a text's UTF-8.
    public func send(_ text: String) async throws {
        try await send(Array(text.utf8))
    }

    /// Writes the head of an answer with chunked framing.
    public func sendChunkedHead(status: String = "200 OK") async throws {
        try await send("HTTP/1.1 \(status)\r\ntransfer-encoding: chunked\r\n\r\n")
    }

    /// Writes one chunk of chunked framing; an empty text is the last chunk.
    public func sendChunk(_ text: String) async throws {
        try await send("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n")
    }

    /// Writes a whole answer with its length.
    public func answer(_ text: String, status: String = "200 OK", fields: [String] = []) async throws {
        let lines = ["HTTP/1.1 \(status)", "content-length: \(text.utf8.count)"] + fields
        try await send(lines.joined(separator: "\r\n") + "\r\n\r\n" + text)
    }

    /// Closes the connection from this side.
    public func close() async {
        try? await channel.close()
    }

    /// Waits until the connection is closed, by whichever side.
    public func waitForClose(within limit: Duration = .seconds(10)) async throws {
        _ = try await state.wait(for: "the connection to be closed", within: limit) { $0.isClosed }
    }

    func received(_ bytes: [UInt8]) {
        state.update { $0.input += bytes }
    }

    func becameInactive() {
        state.update { $0.isClosed = true }
    }
}

/// A request as its bytes said it.
public struct RawRequest: Sendable {
    /// `POST /v1/chat/completions HTTP/1.1`.
    public let line: String
    /// The fields in their order, names in lower case.
    public let fields: [(name: String, value: String)]
    /// The body without its framing.
    public let body: [UInt8]

    /// The values of a field, joined with a comma; nil if it isn't there.
    public subscript(name: String) -> String? {
        let values = fields.filter { $0.name == name.lowercased() }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    /// Reads one request from the start of the input; nil if it isn't complete. Also returns its length.
    static func parse(_ input: [UInt8]) -> (RawRequest, count: Int)? {
        let separator: [UInt8] = [13, 10, 13, 10]
        guard let end = input.firstRange(of: separator) else { return nil }
        let lines = String(decoding: input[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        guard let line = lines.first else { return nil }
        let fields = lines.dropFirst().map { line -> (name: String, value: String) in
            let parts = line.split(separator: ":", maxSplits: 1)
            let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
            return (parts[0].lowercased(), String(value))
        }
        let head = RawRequest(line: String(line), fields: fields, body: [])
        let rest = input[end.upperBound...]
        if head["transfer-encoding"] == "chunked" {
            guard let (body, next) = unchunk(rest) else { return nil }
            return (RawRequest(line: head.line, fields: fields, body: body), next)
        }
        let length = head["content-length"].flatMap { Int($0) } ?? 0
        guard rest.count >= length else { return nil }
        let body = Array(rest.prefix(length))
        return (RawRequest(line: head.line, fields: fields, body: body), end.upperBound + length)
    }

    private static func unchunk(_ input: ArraySlice<UInt8>) -> ([UInt8], next: Int)? {
        var body: [UInt8] = []
        var rest = input
        while let lineEnd = rest.firstRange(of: [13, 10] as [UInt8]) {
            let digits = String(decoding: rest[..<lineEnd.lowerBound], as: UTF8.self)
            guard let size = Int(digits, radix: 16), rest[lineEnd.upperBound...].count >= size + 2 else {
                return nil
            }
            let start = lineEnd.upperBound
            body += rest[start..<start + size]
            rest = rest[(start + size + 2)...]
            if size == 0 { return (body, rest.startIndex) }
        }
        return nil
    }
}
#endif
