extension CanonicalWriter {
    /// Writes a string with the escapes of RFC 8785 section 3.2.2.2: two characters where JSON has them,
    /// `\u00xx` for other control characters, everything else as it is. True if there is an escape in it.
    @discardableResult
    mutating func string() throws(Refusal) -> Bool {
        take(UInt8(ascii: "\""))
        var isEscaped = false
        while true {
            copyPlain()
            let byte = try peek()
            switch byte {
            case UInt8(ascii: "\""):
                take(byte)
                return isEscaped
            case UInt8(ascii: "\\"): if try escape() { isEscaped = true }
            case ..<0x20: throw .malformed
            case ..<0x80: take(byte)
            default: try multibyte(byte)
            }
        }
    }

    /// Copies eight bytes at a time up to the first that is a quote, a backslash, a control character or
    /// beyond ASCII, or to the last seven of the source.
    @inline(__always)
    private mutating func copyPlain() {
        guard let from = UnsafeRawPointer(source.baseAddress),
            let to = UnsafeMutableRawPointer(text.baseAddress)
        else { return }
        var at = position
        var written = count
        let last = source.count - 8
        while at <= last {
            let word = UInt64(littleEndian: from.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            to.storeBytes(of: word.littleEndian, toByteOffset: written, as: UInt64.self)
            let stops = CanonicalWriter.stops(in: word)
            let plain = stops.trailingZeroBitCount >> 3
            at += plain
            written += plain
            if stops != 0 { break }
        }
        position = at
        count = written
    }

    /// The high bit of each byte where copying stops; of more than one, only the lowest is sure.
    ///
    /// The tests for a zero byte and for a lesser one are Mycroft's; a borrow spoils only what is above.
    @inline(__always)
    private static func stops(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let quotes = word ^ (ones &* 0x22)
        let backslashes = word ^ (ones &* 0x5C)
        let found =
            ((word &- ones &* 0x20) & ~word) | ((quotes &- ones) & ~quotes)
            | ((backslashes &- ones) & ~backslashes) | word
        return found & highs
    }

    /// Writes what an escape means; true if it is written as an escape again.
    private mutating func escape() throws(Refusal) -> Bool {
        guard position + 1 < source.count else { throw .malformed }
        let kind = source[position + 1]
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            take(UInt8(ascii: "\\"))
            take(kind)
            return true
        case UInt8(ascii: "/"):
            position += 1
            take(kind)
            return false
        case UInt8(ascii: "u"): return write(try scalar())
        default: throw .malformed
        }
    }

    /// Reads `\uXXXX`, or a surrogate pair of two; nil for half of a pair.
    private mutating func scalar() throws(Refusal) -> UInt32? {
        let first = try unit(at: position)
        position += 6
        guard first & 0xF800 == 0xD800 else { return first }
        guard first < 0xDC00, position + 1 < source.count, source[position] == UInt8(ascii: "\\"),
            source[position + 1] == UInt8(ascii: "u")
        else { return nil }
        let second = try unit(at: position)
        guard second & 0xFC00 == 0xDC00 else { return nil }
        position += 6
        return 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
    }

    /// The code unit of the escape that begins here.
    private func unit(at start: Int) throws(Refusal) -> UInt32 {
        guard start + 6 <= source.count else { throw .malformed }
        var unit: UInt32 = 0
        for index in start + 2..<start + 6 {
            let byte = source[index]
            switch byte {
            case 0x30...0x39: unit = unit << 4 | UInt32(byte - 0x30)
            case 0x41...0x46, 0x61...0x66: unit = unit << 4 | UInt32((byte | 0x20) - 0x57)
            default: throw .malformed
            }
        }
        return unit
    }

    private mutating func write(_ scalar: UInt32?) -> Bool {
        guard let scalar else {
            note(.loneSurrogate)
            return false
        }
        switch scalar {
        case ..<0x20:
            writeControl(UInt8(scalar))
            return true
        case 0x22, 0x5C:
            put(UInt8(ascii: "\\"))
            put(UInt8(scalar))
            return true
        case ..<0x80: put(UInt8(scalar))
        case ..<0x800:
            put(0xC0 | UInt8(scalar >> 6))
            put(0x80 | UInt8(scalar & 0x3F))
        case ..<0x10000:
            put(0xE0 | UInt8(scalar >> 12))
            put(0x80 | UInt8(scalar >> 6 & 0x3F))
            put(0x80 | UInt8(scalar & 0x3F))
        default:
            put(0xF0 | UInt8(scalar >> 18))
            put(0x80 | UInt8(scalar >> 12 & 0x3F))
            put(0x80 | UInt8(scalar >> 6 & 0x3F))
            put(0x80 | UInt8(scalar & 0x3F))
        }
        return false
    }

    private mutating func writeControl(_ byte: UInt8) {
        put(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: put(UInt8(ascii: "b"))
        case 0x09: put(UInt8(ascii: "t"))
        case 0x0A: put(UInt8(ascii: "n"))
        case 0x0C: put(UInt8(ascii: "f"))
        case 0x0D: put(UInt8(ascii: "r"))
        default:
            put(UInt8(ascii: "u"))
            put(UInt8(ascii: "0"))
            put(UInt8(ascii: "0"))
            put(UInt8(ascii: "0") + byte >> 4)
            let low = byte & 0xF
            put(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
        }
    }

    private mutating func put(_ byte: UInt8) {
        text[count] = byte
        count += 1
    }

    /// Checks and copies characters of two to four bytes of UTF-8 (RFC 3629 section 4), as many as follow
    /// each other.
    private mutating func multibyte(_ lead: UInt8) throws(Refusal) {
        var lead = lead
        repeat {
            let (length, lowest, highest): (Int, UInt8, UInt8) =
                switch lead {
                case 0xC2...0xDF: (2, 0x80, 0xBF)
                case 0xE0: (3, 0xA0, 0xBF)
                case 0xED: (3, 0x80, 0x9F)
                case 0xE1...0xEF: (3, 0x80, 0xBF)
                case 0xF0: (4, 0x90, 0xBF)
                case 0xF1...0xF3: (4, 0x80, 0xBF)
                case 0xF4: (4, 0x80, 0x8F)
                default: throw .malformed
                }
            guard source.count - position >= length else { throw .malformed }
            let second = source[position + 1]
            guard second >= lowest, second <= highest else { throw .malformed }
            text[count] = lead
            text[count + 1] = second
            for index in 2..<max(2, length) {
                let byte = source[position + index]
                guard byte & 0xC0 == 0x80 else { throw .malformed }
                text[count + index] = byte
            }
            position += length
            count += length
            guard position < source.count else { throw .malformed }
            lead = source[position]
        } while lead >= 0x80
    }
}
