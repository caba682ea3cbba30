internal import PennyweightPipeline

/// Parses server-sent events out of bytes that are cut anywhere.
///
/// Follows [WHATWG HTML section 9.2.6](https://html.spec.whatwg.org/multipage/server-sent-events.html). Lines
/// end at CR, LF or CRLF and nowhere else: U+2028, U+2029 and U+0085 are data. What is not finished by a
/// blank line when the bytes end is no event. A value: no waiting, no clock.
///
/// ```swift
/// var parser = SSEParser()
/// for event in try parser.consume(chunk) { print(event.data.count) }
/// ```
public struct SSEParser: Sendable {
    /// How large one event may be unless told otherwise: room for a generated image as base64.
    public static let defaultLimitBytes = 32 * 1_048_576

    /// The last `retry` that the stream gave; nil if it gave none.
    public private(set) var reconnectionTime: Duration?

    private let limitBytes: Int
    private var line: [UInt8] = []
    private var isFirstLine = true
    private var endedWithCarriageReturn = false
    private var data: [UInt8] = []
    private var hasData = false
    private var type = ""
    private var lastEventID = ""

    public init(limitBytes: Int = SSEParser.defaultLimitBytes) {
        self.limitBytes = limitBytes
    }

    /// Takes the next bytes and returns the events that they finish, in order.
    ///
    /// Throws a `Failure` `invalidAnswer` as soon as one event is larger than the limit; nothing more can be
    /// parsed then.
    public mutating func consume(_ bytes: [UInt8]) throws -> [SSEEvent] {
        var events: [SSEEvent] = []
        var start = 0
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if endedWithCarriageReturn {
                endedWithCarriageReturn = false
                if byte == SSEParser.lineFeed {
                    start = position
                    continue
                }
            }
            guard byte == SSEParser.lineFeed || byte == SSEParser.carriageReturn else { continue }
            try extendLine(with: bytes[start..<position - 1])
            if let event = endLine() { events.append(event) }
            endedWithCarriageReturn = byte == SSEParser.carriageReturn
            start = position
        }
        try extendLine(with: bytes[start...])
        return events
    }

    /// True if no event has begun that is not finished.
    var isBetweenEvents: Bool { line.isEmpty && !hasData }

    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private mutating func extendLine(with bytes: ArraySlice<UInt8>) throws {
        guard line.count + data.count + bytes.count <= limitBytes else {
            throw SSEParser.tooLarge(limitBytes)
        }
        line += bytes
    }

    static func tooLarge(_ limitBytes: Int) -> Failure {
        Failure(
            .invalidAnswer,
            "An event of the stream has more than \(limitBytes) bytes, the limit for one event.")
    }

    private mutating func endLine() -> SSEEvent? {
        defer { line.removeAll(keepingCapacity: true) }
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: SSEParser.byteOrderMark) { line.removeFirst(3) }
        }
        if line.isEmpty { return dispatch() }
        guard let field = SSEField(line[...]) else { return nil }
        take(field)
        return nil
    }

    private mutating func take(_ field: SSEField) {
        switch field.name {
        case "data":
            if hasData { data.append(SSEParser.lineFeed) }
            data += field.value
            hasData = true
        case "event":
            type = String(decoding: field.value, as: UTF8.self)
        case "id":
            if !field.value.contains(0) { lastEventID = String(decoding: field.value, as: UTF8.self) }
        case "retry":
            guard !field.value.isEmpty, field.value.allSatisfy({ (0x30...0x39).contains($0) }),
                let milliseconds = Int64(String(decoding: field.value, as: UTF8.self))
            else { return }
            reconnectionTime = .milliseconds(milliseconds)
        default: return
        }
    }

    private mutating func dispatch() -> SSEEvent? {
        defer {
            data = []
            hasData = false
            type = ""
        }
        guard hasData else { return nil }
        return SSEEvent(type: type.isEmpty ? "message" : type, data: data, lastEventID: lastEventID)
    }
}
