import PennyweightTesting
import PennyweightTime

/// A form that can be spelt in many ways.
struct RandomForm {
    struct Part: Equatable {
        var name: String
        var value: [UInt8]
        var mediaType: String?
        var fileName: String?
    }

    var parts: [Part]

    /// A form with some fields, repeated names, and files of random bytes.
    init(_ random: SeededRandom) {
        let names = ["prompt", "model", "include[]", "image[]", "mask", "size", "x_new"]
        parts = (0..<Int(1 + random.next(below: 8))).map { _ in
            let name = names[Int(random.next(below: UInt64(names.count)))]
            let isFile = name == "image[]" || name == "mask"
            return Part(
                name: name, value: RandomForm.bytes(random), mediaType: isFile ? "image/png" : nil,
                fileName: isFile ? "f\(random.next(below: 100)).png" : nil)
        }
    }

    static func bytes(_ random: SeededRandom) -> [UInt8] {
        // Bytes that mean something to a parser come often.
        let special: [UInt8] = [0x0D, 0x0A, 0x2D, 0x22, 0x00, 0xFF, 0x3A]
        return (0..<Int(random.next(below: 40))).map { _ in
            random.next(below: 2) == 0
                ? special[Int(random.next(below: UInt64(special.count)))]
                : UInt8(truncatingIfNeeded: random.next())
        }
    }

    /// The body and its content type, with another boundary each time, and parts of different names in any
    /// order.
    func spelt(_ random: SeededRandom) -> (body: [UInt8], type: String) {
        let boundary = "b\(random.next())"
        var queues: [String: [Part]] = [:]
        for part in parts { queues[part.name, default: []].append(part) }
        var body: [UInt8] = []
        while let name = queues.keys.sorted().randomElement(by: random) {
            guard var queue = queues[name] else { break }
            let part = queue.removeFirst()
            queues[name] = queue.isEmpty ? nil : queue
            body += Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"".utf8)
            if part.fileName != nil { body += Array("; filename=\"n\(random.next()).bin\"".utf8) }
            if let type = part.mediaType { body += Array("\r\ncontent-TYPE:  \(type) ".utf8) }
            body += Array("\r\n\r\n".utf8) + part.value + [0x0D, 0x0A]
        }
        return (body + Array("--\(boundary)--\r\n".utf8), "multipart/form-data; boundary=\(boundary)")
    }

    /// The same form with one thing changed that has a meaning.
    func changed(_ random: SeededRandom) -> RandomForm {
        var form = self
        let index = Int(random.next(below: UInt64(parts.count)))
        switch random.next(below: 6) {
        case 0: form.parts[index].name += "x"
        case 1: form.parts.remove(at: index)
        case 2: form.parts.append(Part(name: "another", value: []))
        case 3 where parts[index].mediaType != nil: form.parts[index].mediaType = "image/webp"
        case 4 where !parts[index].value.isEmpty:
            let byte = Int(random.next(below: UInt64(parts[index].value.count)))
            form.parts[index].value[byte] ^= 1 << UInt8(random.next(below: 8))
        default: form.parts[index].value.append(0x20)
        }
        return form
    }
}

extension Array {
    fileprivate func randomElement(by random: SeededRandom) -> Element? {
        isEmpty ? nil : self[Int(random.next(below: UInt64(count)))]
    }
}
