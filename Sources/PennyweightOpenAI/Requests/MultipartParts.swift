/// Where the parts of a multipart body are. Linear in the body; nothing is copied.
struct MultipartParts: Sendable {
    /// The head and the content of one part, as indices into the body.
    struct Part: Sendable {
        let head: Range<Int>
        let content: Range<Int>
    }

    let ranges: [Part]

    private static let carriageReturn: UInt8 = 0x0D
    private static let lineFeed: UInt8 = 0x0A

    /// Nil if the body doesn't follow its boundary up to the closing delimiter, or has more parts than the
    /// limit.
    init?(_ body: [UInt8], boundary: [UInt8], limit: Int) {
        let delimiter = [0x2D, 0x2D] + boundary
        var ranges: [Part] = []
        // The first delimiter begins the body, or follows a preamble and a line break.
        var position: Int
        if body.starts(with: delimiter) {
            position = delimiter.count
        } else if let first = MultipartParts.find(delimiter, in: body, from: 0) {
            position = first + 2 + delimiter.count
        } else {
            return nil
        }
        while true {
            if body[position...].starts(with: [0x2D, 0x2D]) { break }
            guard ranges.count < limit, let head = MultipartParts.lineEnd(in: body, from: position),
                let end = MultipartParts.find(delimiter, in: body, from: head - 2),
                let part = MultipartParts.part(in: body, from: head, to: end)
            else { return nil }
            ranges.append(part)
            position = end + 2 + delimiter.count
        }
        self.ranges = ranges
    }

    /// The part between two delimiters: its head ends at the first empty line.
    private static func part(in body: [UInt8], from start: Int, to end: Int) -> Part? {
        var position = start
        while position + 3 < end {
            if body[position] == carriageReturn, body[position + 1] == lineFeed,
                body[position + 2] == carriageReturn, body[position + 3] == lineFeed
            {
                return Part(head: start..<position, content: position + 4..<end)
            }
            position += 1
        }
        // An empty content: the line break before the delimiter ends the empty line, too.
        let isEmpty =
            end + 1 < body.count && end - 2 >= start && body[end - 2] == carriageReturn
            && body[end - 1] == lineFeed && body[end] == carriageReturn
        return isEmpty ? Part(head: start..<end - 2, content: end..<end) : nil
    }

    /// The index after the line break that ends a delimiter's line, which may have white space before it.
    private static func lineEnd(in body: [UInt8], from start: Int) -> Int? {
        var position = start
        while position < body.count, body[position] == 0x20 || body[position] == 0x09 { position += 1 }
        guard position + 1 < body.count, body[position] == carriageReturn, body[position + 1] == lineFeed
        else { return nil }
        return position + 2
    }

    /// The next line break that a delimiter follows; nil if there is none, or if what comes first is a
    /// delimiter after a line feed alone, where lenient readers end a part and strict ones don't.
    private static func find(_ delimiter: [UInt8], in body: [UInt8], from start: Int) -> Int? {
        body.withUnsafeBufferPointer { bytes in
            delimiter.withUnsafeBufferPointer { delimiter in
                var position = start
                let last = bytes.count - delimiter.count - 1
                while position <= last {
                    if bytes[position] == lineFeed,
                        (0..<delimiter.count).allSatisfy({ bytes[position + 1 + $0] == delimiter[$0] })
                    {
                        let isBroken = position > start && bytes[position - 1] == carriageReturn
                        return isBroken ? position - 1 : nil
                    }
                    position += 1
                }
                return nil
            }
        }
    }
}
