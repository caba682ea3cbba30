import PennyweightTesting
import PennyweightTime

/// Spoils bodies a little: bytes flipped, taken out, doubled, cut off, and pieces of JSON put in.
struct BodyMutation {
    private static let pieces = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d", "\\ude00", "\\u0000", "null", "true", "-",
        "0",
        "1e5", "1e1000000000000000", ".5", "\u{1}", " ", "\n", "\"a\":1,", "\"\\u0061\":2,", "é", "😀",
    ]

    private let random: SeededRandom

    init(_ random: SeededRandom) { self.random = random }

    mutating func mutated(_ body: [UInt8]) -> [UInt8] {
        var body = body
        for _ in 0...random.next(below: 3) where !body.isEmpty {
            let place = Int(random.next(below: UInt64(body.count)))
            let end = min(body.count, place + 1 + Int(random.next(below: 8)))
            switch random.next(below: 7) {
            case 0: body[place] ^= UInt8(1) << UInt8(random.next(below: 8))
            case 1: body.removeSubrange(place..<end)
            case 2: body.insert(contentsOf: body[place..<end], at: place)
            case 3: body.removeLast(body.count - place)
            case 4: body[place] = UInt8(truncatingIfNeeded: random.next(below: 256))
            default:
                let piece = BodyMutation.pieces[Int(random.next(below: UInt64(BodyMutation.pieces.count)))]
                body.insert(contentsOf: Array(piece.utf8), at: place)
            }
        }
        return body
    }
}
