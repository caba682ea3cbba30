/// Reads a body once and writes its canonical text.
///
/// Members are written in the order of the source; an object that turns out to be unsorted is put in order
/// when it closes, or noted for the end if it is large (see `CanonicalWriter+Order.swift`).
///
/// It works on raw memory, for speed. That is safe because there is always room: `text` holds at least as
/// many more bytes as the source has left, and eight. Nothing but a number may be longer in its canonical
/// form than in the source, and ``number()`` makes room before it writes one.
struct CanonicalWriter: ~Copyable {
    typealias Refusal = CanonicalForm.Refusal

    let source: UnsafeBufferPointer<UInt8>
    /// Where the next byte is read.
    var position = 0
    /// What is written so far: the first `count` bytes.
    var text: UnsafeMutableBufferPointer<UInt8>
    var count = 0
    /// The first problem that is found in valid JSON. Reading goes on: the body may turn out to be no JSON.
    var problem: Refusal?
    /// The members of the objects that are open, outermost first.
    var members: [Member] = []
    /// Large objects that are to be put in order at the end, and their members, sorted.
    var unsorted: [UnsortedObject] = []
    var sortedMembers: [Member] = []

    /// Room for one small object, while its members are put in order.
    var spare: UnsafeMutableBufferPointer<UInt8>?

    private let omitted: [String]
    private var isOmittedSeen: UInt64 = 0

    /// The room beyond what the source has left: a string is copied eight bytes at a time.
    static let slack = 8

    init(_ source: UnsafeBufferPointer<UInt8>, omitting omitted: [String]) {
        precondition(omitted.count <= 64, "The list of what is no part of the key is short.")
        self.source = source
        self.omitted = omitted
        // A few numbers may grow before more room is needed.
        text = .allocate(capacity: source.count + source.count / 16 + 64)
        members.reserveCapacity(32)
    }

    deinit {
        text.deallocate()
        spare?.deallocate()
    }

    /// The canonical text of the whole source.
    mutating func write() throws(Refusal) -> [UInt8] {
        guard source.count <= CanonicalForm.maximumBytes else { throw .tooLarge }
        try value(depth: 0)
        skipWhitespace()
        guard position == source.count else { throw .malformed }
        if let problem { throw problem }
        return inOrder()
    }

    private mutating func value(depth: Int) throws(Refusal) {
        skipWhitespace()
        switch try peek() {
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "{"): try object(depth: depth + 1)
        case UInt8(ascii: "["): try array(depth: depth + 1)
        case UInt8(ascii: "t"): try literal("true")
        case UInt8(ascii: "f"): try literal("false")
        case UInt8(ascii: "n"): try literal("null")
        default: try number()
        }
    }

    private mutating func array(depth: Int) throws(Refusal) {
        try open(UInt8(ascii: "["), depth: depth)
        if try peek() == UInt8(ascii: "]") { return take(UInt8(ascii: "]")) }
        while true {
            try value(depth: depth)
            skipWhitespace()
            let byte = try peek()
            take(byte)
            if byte == UInt8(ascii: "]") { return }
            guard byte == UInt8(ascii: ",") else { throw .malformed }
        }
    }

    private mutating func object(depth: Int) throws(Refusal) {
        let start = count
        let first = members.count
        try open(UInt8(ascii: "{"), depth: depth)
        if try peek() == UInt8(ascii: "}") { return take(UInt8(ascii: "}")) }
        var isSorted = true
        while true {
            try member(after: first, depth: depth, isSorted: &isSorted)
            skipWhitespace()
            let byte = try peek()
            position += 1
            if byte == UInt8(ascii: "}") { break }
            guard byte == UInt8(ascii: ",") else { throw .malformed }
            skipWhitespace()
        }
        if members.count > first { count -= 1 }  // The last member's comma.
        text[count] = UInt8(ascii: "}")
        count += 1
        if isSorted {
            members.removeLast(members.count - first)
        } else {
            sortObject(from: start, members: first)
        }
    }

    /// One member, with a comma behind it; nothing if it is to be left out.
    private mutating func member(after first: Int, depth: Int, isSorted: inout Bool) throws(Refusal) {
        guard try peek() == UInt8(ascii: "\"") else { throw .malformed }
        let start = count
        var member = Member(start: UInt32(start))
        member.isEscaped = try string()
        member.nameEnd = UInt32(count)
        skipWhitespace()
        guard try peek() == UInt8(ascii: ":") else { throw .malformed }
        take(UInt8(ascii: ":"))
        if depth == 1, !omitted.isEmpty, let index = omission(of: member) {
            return try skipValue(from: start, omission: index)
        }
        if isSorted, members.count > first {
            isSorted = precedes(members[members.count - 1], member)
        }
        members.append(member)
        let index = members.count - 1
        try value(depth: depth)
        members[index].end = UInt32(count)
        text[count] = UInt8(ascii: ",")
        count += 1
    }

    /// Which of the names that are left out this is.
    private func omission(of member: borrowing Member) -> Int? {
        let name = text[Int(member.start) + 1..<Int(member.nameEnd) - 1]
        return omitted.firstIndex { $0.utf8.count == name.count && name.elementsEqual($0.utf8) }
    }

    /// Reads the value of a member that is left out, and forgets what was written from its name on.
    private mutating func skipValue(from start: Int, omission index: Int) throws(Refusal) {
        let (before, objects, objectMembers) = (problem, unsorted.count, sortedMembers.count)
        try value(depth: 1)
        problem = before
        if isOmittedSeen & 1 << index != 0 { note(.duplicateName) }
        isOmittedSeen |= 1 << index
        unsorted.removeLast(unsorted.count - objects)
        sortedMembers.removeLast(sortedMembers.count - objectMembers)
        count = start
    }

    private mutating func open(_ bracket: UInt8, depth: Int) throws(Refusal) {
        guard depth <= CanonicalForm.maximumDepth else { throw .tooDeep }
        take(bracket)
        skipWhitespace()
    }

    private mutating func literal(_ literal: StaticString) throws(Refusal) {
        let length = literal.utf8CodeUnitCount
        guard source.count - position >= length else { throw .malformed }
        for index in 0..<length {
            guard source[position + index] == literal.utf8Start[index] else { throw .malformed }
            text[count + index] = literal.utf8Start[index]
        }
        position += length
        count += length
    }
}

extension CanonicalWriter {
    mutating func note(_ refusal: Refusal) {
        problem = problem ?? refusal
    }

    /// The next byte of the source, which must have one.
    @inline(__always)
    func peek() throws(Refusal) -> UInt8 {
        guard position < source.count else { throw .malformed }
        return source[position]
    }

    /// Moves past one byte of the source and writes it.
    @inline(__always)
    mutating func take(_ byte: UInt8) {
        position += 1
        text[count] = byte
        count += 1
    }

    @inline(__always)
    mutating func skipWhitespace() {
        while position < source.count, source[position] <= 0x20 {
            switch source[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }
}
