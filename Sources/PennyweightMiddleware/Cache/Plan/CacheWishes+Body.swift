private import PennyweightJSON

extension CacheWishes {
    /// What the member `cache` of a JSON body asks, as LiteLLM's callers write it, and the body without it.
    ///
    /// LiteLLM's guide "Caching" (section "Dynamic cache controls") has the form: an object of `no-cache`,
    /// `no-store`, `ttl`, `s-maxage` (seconds) and `namespace`. Every other byte of the body stays as it is.
    /// Nil if there is no such member, or it is no such object: it is the provider's then. Throws a `Failure`
    /// `invalidRequest` for a namespace that can't be one.
    static func taken(from body: [UInt8]) throws -> (wishes: CacheWishes, rest: [UInt8])? {
        // Most bodies don't have it: they aren't parsed for it.
        guard mentionsCache(body), let document = try? JSONDocument(body) else { return nil }
        let members = document.root.members.filter { $0.name.string == "cache" }
        guard members.count == 1, let value = members.first?.value, let wishes = try wishes(in: value),
            let edit = document.root.removing("cache")
        else { return nil }
        return (wishes, document.applying([edit]))
    }

    private static let name = Array("\"cache\"".utf8)

    private static func wishes(in node: JSONNode) throws -> CacheWishes? {
        guard node.kind == .object, !node.members.isEmpty else { return nil }
        var wishes = CacheWishes()
        for (name, value) in node.members {
            switch name.string {
            case "no-cache": guard read(value, into: &wishes.directives.noCache) else { return nil }
            case "no-store": guard read(value, into: &wishes.directives.noStore) else { return nil }
            case "ttl": guard read(value, into: &wishes.timeToLive) else { return nil }
            case "s-maxage", "s-max-age":
                guard read(value, into: &wishes.directives.maximumAge) else { return nil }
            case "namespace":
                if value.isNull { continue }
                guard let text = value.string else { return nil }
                wishes.namespace = try namespace(
                    text, in: "body's 'cache.namespace'", param: "cache.namespace")
            default: return nil
            }
        }
        return wishes
    }

    /// Takes `true` or `false`; false if it is neither. `null` says nothing.
    private static func read(_ node: JSONNode, into flag: inout Bool) -> Bool {
        if node.isNull { return true }
        guard let given = node.bool else { return false }
        flag = given
        return true
    }

    /// Takes seconds, fractions cut off; false for what is no number. `null` says nothing.
    private static func read(_ node: JSONNode, into duration: inout Duration?) -> Bool {
        if node.isNull { return true }
        guard node.kind == .number, let number = Double(String(decoding: node.source, as: UTF8.self)) else {
            return false
        }
        duration = .seconds(Int64(min(max(number, 0), Double(Int32.max))))
        return true
    }

    /// Looks for ``name`` in long strides (Horspool): a body is not read byte by byte for it.
    private static func mentionsCache(_ body: [UInt8]) -> Bool {
        body.withUnsafeBufferPointer { bytes in
            var end = name.count - 1
            while end < bytes.count {
                let last = bytes[end]
                if last == UInt8(ascii: "\""), bytes[(end - 6)...end].elementsEqual(name) { return true }
                end += stride(past: last)
            }
            return false
        }
    }

    /// How far a name can lie beyond a window that ends with this byte.
    private static func stride(past last: UInt8) -> Int {
        switch last {
        case UInt8(ascii: "\""): 6
        case UInt8(ascii: "c"): 3
        case UInt8(ascii: "a"): 4
        case UInt8(ascii: "h"): 2
        case UInt8(ascii: "e"): 1
        default: 7
        }
    }
}
