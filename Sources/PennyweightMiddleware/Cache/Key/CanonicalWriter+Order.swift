extension CanonicalWriter {
    /// Where a member stands in the text that is written so far.
    struct Member {
        var start: UInt32
        /// After the name's closing quote.
        var nameEnd: UInt32 = 0
        /// After the value. The highest bit says that the name has an escape.
        private var packed: UInt32 = 0

        init(start: UInt32) { self.start = start }

        var end: UInt32 {
            get { packed & ~Member.escaped }
            set { packed = packed & Member.escaped | newValue }
        }

        var isEscaped: Bool {
            get { packed & Member.escaped != 0 }
            set { packed = newValue ? packed | Member.escaped : packed & ~Member.escaped }
        }

        // Positions stay below it: 256 MiB of source make less than 2 GiB of text.
        private static let escaped: UInt32 = 1 << 31
    }

    /// A large object whose members are not in order, and where the sorted ones stand.
    struct UnsortedObject {
        var start: UInt32
        var end: UInt32
        var members: Range<Int>
    }

    /// An object of up to so many bytes is put in order when it closes. A larger one is copied only once, at
    /// the end: else a deep nest of large objects would be moved again on each level.
    static let smallObjectBytes = 4_096

    /// Sorts the members of the object that has just closed.
    mutating func sortObject(from start: Int, members first: Int) {
        sortMembers(from: first)
        for index in first + 1..<members.count where !precedes(members[index - 1], members[index]) {
            note(.duplicateName)
        }
        if count - start <= CanonicalWriter.smallObjectBytes {
            rearrange(from: start, members: first)
        } else {
            let kept = sortedMembers.count
            sortedMembers += members[first...]
            unsorted.append(
                UnsortedObject(
                    start: UInt32(start), end: UInt32(count), members: kept..<sortedMembers.count))
        }
        members.removeLast(members.count - first)
    }

    /// Few members are sorted in place; the library's sort needs memory.
    private mutating func sortMembers(from first: Int) {
        guard members.count - first <= 24 else {
            var own: [Member] = []
            swap(&own, &members)  // So that they can be sorted while the text is read.
            own[first...].sort { precedes($0, $1) }
            swap(&own, &members)
            return
        }
        for index in first + 1..<members.count {
            let member = members[index]
            var place = index
            while place > first, precedes(member, members[place - 1]) {
                members[place] = members[place - 1]
                place -= 1
            }
            members[place] = member
        }
    }

    /// Writes an object's members anew in their order.
    private mutating func rearrange(from start: Int, members first: Int) {
        let copy = spareMemory()
        _ = copy.update(fromContentsOf: text[start..<count])
        var at = start + 1
        for member in members[first...] {
            let (lower, upper) = (Int(member.start) - start, Int(member.end) - start)
            at = text.copy(copy[lower..<upper], to: at)
            text[at] = UInt8(ascii: ",")
            at += 1
        }
        text[count - 1] = UInt8(ascii: "}")  // In place of the last comma.
    }

    /// Memory for one small object, made once.
    private mutating func spareMemory() -> UnsafeMutableBufferPointer<UInt8> {
        if let spare { return spare }
        let made = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: CanonicalWriter.smallObjectBytes)
        spare = made
        return made
    }

    /// The order of UTF-16 code units (RFC 8785 section 3.2.3), seen through UTF-8. False for equal names.
    ///
    /// Both orders agree but for characters beyond U+FFFF: UTF-16 writes them with surrogates (0xD800 and
    /// up), which come before U+E000 to U+FFFF; UTF-8 puts them after. So the leads 0xF0 to 0xF4 go before
    /// 0xEE and 0xEF.
    func precedes(_ left: Member, _ right: Member) -> Bool {
        if left.isEscaped || right.isEscaped { return precedesUnescaped(left, right) }
        // The closing quotes are not compared: a name that begins another one comes first.
        var leftAt = Int(left.start) + 1
        var rightAt = Int(right.start) + 1
        let leftEnd = Int(left.nameEnd) - 1
        let rightEnd = Int(right.nameEnd) - 1
        while leftAt < leftEnd, rightAt < rightEnd {
            let (leftByte, rightByte) = (text[leftAt], text[rightAt])
            if leftByte != rightByte {
                return CanonicalWriter.rank(leftByte) < CanonicalWriter.rank(rightByte)
            }
            leftAt += 1
            rightAt += 1
        }
        return leftAt == leftEnd && rightAt < rightEnd
    }

    private func precedesUnescaped(_ left: Member, _ right: Member) -> Bool {
        var leftAt = Int(left.start) + 1
        var rightAt = Int(right.start) + 1
        while let rightByte = unescaped(at: &rightAt, before: Int(right.nameEnd) - 1) {
            guard let leftByte = unescaped(at: &leftAt, before: Int(left.nameEnd) - 1) else { return true }
            if leftByte != rightByte {
                return CanonicalWriter.rank(leftByte) < CanonicalWriter.rank(rightByte)
            }
        }
        return false
    }

    /// The next byte of what a canonical name means; nil at its end.
    private func unescaped(at position: inout Int, before end: Int) -> UInt8? {
        guard position < end else { return nil }
        defer { position += 1 }
        guard text[position] == UInt8(ascii: "\\") else { return text[position] }
        position += 1
        switch text[position] {
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "u"):
            let (high, low) = (text[position + 3], text[position + 4])
            position += 4
            return (high & 1) << 4 | (low & 0xF) + (low > 0x39 ? 9 : 0)
        default: return text[position]
        }
    }

    private static func rank(_ byte: UInt8) -> UInt8 {
        switch byte {
        case 0xEE, 0xEF: byte + 0x10
        case 0xF0...0xF4: byte - 2
        default: byte
        }
    }
}

extension CanonicalWriter {
    /// The whole text, with every object in order.
    mutating func inOrder() -> [UInt8] {
        guard !unsorted.isEmpty else { return Array(text[..<count]) }
        unsorted.sort { $0.start < $1.start }
        return Array(unsafeUninitializedCapacity: count) { ordered, length in
            length = copy(0..<count, to: ordered, at: 0)
        }
    }

    /// Copies a part of the text and puts the objects in it in order. Returns where the copy ends.
    private func copy(_ range: Range<Int>, to ordered: UnsafeMutableBufferPointer<UInt8>, at start: Int)
        -> Int
    {
        var at = start
        var next = range.lowerBound
        while let object = firstUnsorted(from: next), object.start < range.upperBound {
            at = ordered.copy(text[next...Int(object.start)], to: at)
            for member in sortedMembers[object.members] {
                at = copy(Int(member.start)..<Int(member.end), to: ordered, at: at)
                ordered[at] = UInt8(ascii: ",")
                at += 1
            }
            ordered[at - 1] = UInt8(ascii: "}")
            next = Int(object.end)
        }
        return ordered.copy(text[next..<range.upperBound], to: at)
    }

    private func firstUnsorted(from position: Int) -> UnsortedObject? {
        var (low, high) = (0, unsorted.count)
        while low < high {
            let middle = (low + high) / 2
            if unsorted[middle].start < position { low = middle + 1 } else { high = middle }
        }
        return low < unsorted.count ? unsorted[low] : nil
    }
}

extension UnsafeMutableBufferPointer<UInt8> {
    /// Copies bytes to a place and returns the place after them.
    fileprivate func copy(_ bytes: Slice<some Collection<UInt8>>, to start: Int) -> Int {
        let end = start + bytes.count
        _ = self[start..<end].update(fromContentsOf: bytes)
        return end
    }
}
