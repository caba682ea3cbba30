/// The parser: walks the bytes once and writes a flat list of nodes, children after their parent.
struct JSONTape {
    struct Node: Sendable {
        var kind: JSONNode.Kind
        var start: Int
        var end: Int
        /// The index of the node after this one and all that is in it.
        var next: Int
    }

    private(set) var nodes: [Node] = []
    private let bytes: [UInt8]
    private let maximumDepth: Int
    private var position = 0
    /// Indices of the arrays and objects that are open.
    private var open: [Int] = []

    init(_ bytes: [UInt8], maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
        nodes.reserveCapacity(bytes.count / 16 + 1)
    }

    mutating func parse() throws(JSONError) {
        try value()
        while let container = open.last {
            skipWhitespace()
            let isObject = nodes[container].kind == .object
            let isFirst = nodes.count == container + 1
            let closing = UInt8(ascii: isObject ? "}" : "]")
            guard let byte = peek else {
                throw fail("the text ends inside an \(isObject ? "object" : "array")")
            }
            if byte == closing {
                position += 1
                close(container)
                continue
            }
            if !isFirst {
                guard byte == UInt8(ascii: ",") else {
                    throw fail("expected ',' or '\(isObject ? "}" : "]")'")
                }
                position += 1
                skipWhitespace()
            }
            if isObject { try name() }
            try value()
        }
        skipWhitespace()
        if position < bytes.count { throw fail("unexpected text after the value") }
    }

    private mutating func name() throws(JSONError) {
        guard peek == UInt8(ascii: "\"") else { throw fail("expected a name in double quotes") }
        try string()
        skipWhitespace()
        guard peek == UInt8(ascii: ":") else { throw fail("expected ':'") }
        position += 1
    }

    private mutating func value() throws(JSONError) {
        skipWhitespace()
        guard let byte = peek else { throw fail("expected a value") }
        switch byte {
        case UInt8(ascii: "{"): try open(.object)
        case UInt8(ascii: "["): try open(.array)
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "t"): try literal("true", .bool)
        case UInt8(ascii: "f"): try literal("false", .bool)
        case UInt8(ascii: "n"): try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
        default: throw fail("expected a value")
        }
    }

    private mutating func open(_ kind: JSONNode.Kind) throws(JSONError) {
        guard open.count < maximumDepth else { throw fail("nested deeper than \(maximumDepth)") }
        open.append(nodes.count)
        nodes.append(Node(kind: kind, start: position, end: position, next: 0))
        position += 1
    }

    private mutating func close(_ container: Int) {
        nodes[container].end = position
        nodes[container].next = nodes.count
        open.removeLast()
    }

    private mutating func add(_ kind: JSONNode.Kind, from start: Int) {
        nodes.append(Node(kind: kind, start: start, end: position, next: nodes.count + 1))
    }

    private mutating func literal(_ text: StaticString, _ kind: JSONNode.Kind) throws(JSONError) {
        let start = position
        for index in 0..<text.utf8CodeUnitCount {
            guard peek == text.utf8Start[index] else { throw fail("expected '\(text)'") }
            position += 1
        }
        add(kind, from: start)
    }

    private mutating func number() throws(JSONError) {
        let start = position
        if peek == UInt8(ascii: "-") { position += 1 }
        if peek == UInt8(ascii: "0") {
            position += 1
        } else {
            try digits()
        }
        if peek == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            position += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        if let next = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) {
            throw fail("a number may not start with 0")
        }
        add(.number, from: start)
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        if position == start { throw fail("expected a digit") }
    }

    private mutating func string() throws(JSONError) {
        let start = position
        position += 1
        while true {
            guard let byte = peek else { throw fail("the text ends inside a string") }
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                add(.string, from: start)
                return
            case UInt8(ascii: "\\"): try escape()
            case ..<0x20: throw fail("a control character in a string must be escaped")
            case ..<0x80: position += 1
            default: try multibyte()
            }
        }
    }

    private mutating func escape() throws(JSONError) {
        position += 1
        switch peek {
        case UInt8(ascii: "u"):
            position += 1
            for _ in 0..<4 {
                guard let digit = peek, hexDigit(digit) != nil else {
                    throw fail("expected four hexadecimal digits")
                }
                position += 1
            }
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 1
        default: throw fail("unknown escape")
        }
    }

    /// Checks one UTF-8 sequence of two to four bytes (RFC 3629 section 4).
    private mutating func multibyte() throws(JSONError) {
        let lead = bytes[position]
        let (count, second): (Int, ClosedRange<UInt8>) =
            switch lead {
            case 0xC2...0xDF: (2, 0x80...0xBF)
            case 0xE0: (3, 0xA0...0xBF)
            case 0xE1...0xEC, 0xEE...0xEF: (3, 0x80...0xBF)
            case 0xED: (3, 0x80...0x9F)
            case 0xF0: (4, 0x90...0xBF)
            case 0xF1...0xF3: (4, 0x80...0xBF)
            case 0xF4: (4, 0x80...0x8F)
            default: (0, 0x80...0xBF)
            }
        guard count > 0, position + count <= bytes.count, second.contains(bytes[position + 1]),
            bytes[(position + 2)..<(position + count)].allSatisfy({ (0x80...0xBF).contains($0) })
        else { throw fail("invalid UTF-8") }
        position += count
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private func fail(_ problem: String) -> JSONError {
        JSONError(problem, at: position, in: bytes)
    }
}

/// The value of a hexadecimal digit; nil for another byte.
func hexDigit(_ byte: UInt8) -> UInt16? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
}
