internal import PennyweightJSON

/// Reads counts, and remembers if one was there that is no count.
///
/// Zero is zero and absent is absent: null and a missing member are nil. A fraction, a text or a negative
/// number is neither: then the report can't be priced exactly.
struct CountReader: Sendable {
    private(set) var isReadable = true

    mutating func count(_ node: JSONNode?) -> Int64? {
        guard let node, !node.isNull else { return nil }
        guard let count = node.integer, count >= 0 else {
            isReadable = false
            return nil
        }
        return count
    }

    /// The first of several names that is there.
    mutating func count(_ names: String..., in object: JSONNode?) -> Int64? {
        for name in names {
            if let count = count(object?[name]) { return count }
        }
        return nil
    }

    /// The sum; nil if a part is missing or it doesn't fit.
    static func sum(_ parts: Int64?...) -> Int64? {
        var sum: Int128 = 0
        for part in parts {
            guard let part else { return nil }
            sum += Int128(part)
        }
        return Int64(exactly: sum)
    }
}

extension JSONNode {
    /// The first member of these names that is an object.
    func object(_ names: String...) -> JSONNode? {
        names.lazy.compactMap { self[$0] }.first { $0.kind == .object }
    }
}
