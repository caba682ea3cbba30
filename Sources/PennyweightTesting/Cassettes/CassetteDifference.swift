private import PennyweightJSON

/// Says why a call is not recorded: which recorded one is nearest, and where the two part.
enum CassetteDifference {
    private static let shownBytes = 60

    static func problem(
        of asked: CassetteExchange.Asked, recorded: [CassetteExchange], file: String
    ) -> String {
        let call = "\(asked.method) \(asked.path)"
        let remedy = "Delete the file, or open it with the mode 'record', to record anew."
        let same = recorded.map(\.asked).filter { $0.method == asked.method && $0.path == asked.path }
        guard !same.isEmpty else {
            let paths = Set(recorded.map { "\($0.asked.method) \($0.asked.path)" }).sorted().prefix(5)
            let known = paths.isEmpty ? "nothing" : paths.joined(separator: ", ")
            return "'\(file)' has no answer to \(call); it has \(known). \(remedy)"
        }
        let places = same.compactMap { place(where: $0, partsFrom: asked) }
        guard let nearest = places.max(by: { $0.depth < $1.depth }) else {
            return "'\(file)' has no answer to this \(call): its body is recorded with others. \(remedy)"
        }
        return "'\(file)' has no answer to this \(call): the nearest recorded one differs at "
            + "\(nearest.text). \(remedy)"
    }

    /// Where two bodies part, and how far into them that is.
    private static func place(
        where recorded: CassetteExchange.Asked, partsFrom asked: CassetteExchange.Asked
    ) -> (depth: Int, text: String)? {
        if recorded.body == asked.body { return (Int.max, "a header field") }
        guard let left = try? JSONDocument(recorded.body), let right = try? JSONDocument(asked.body) else {
            let depth = zip(recorded.body, asked.body).prefix { $0 == $1 }.count
            return (depth, "byte \(depth) of the body")
        }
        guard let path = firstDifference(left.root, right.root, at: "$") else { return nil }
        let depth = zip(recorded.body, asked.body).prefix { $0 == $1 }.count
        return (depth, path)
    }

    private static func firstDifference(_ left: JSONNode, _ right: JSONNode, at path: String) -> String? {
        switch (left.kind, right.kind) {
        case (.object, .object):
            for (name, value) in left.members {
                let inner = "\(path).\(name.string ?? "?")"
                guard let other = right[name.string ?? ""] else {
                    return "\(inner) (recorded, and not asked)"
                }
                if let found = firstDifference(value, other, at: inner) { return found }
            }
            let known = Set(left.members.map { $0.name.string })
            let added = right.members.first { !known.contains($0.name.string) }
            return added.map { "\(path).\($0.name.string ?? "?") (asked, and not recorded)" }
        case (.array, .array):
            for (index, pair) in zip(left.elements, right.elements).enumerated() {
                if let found = firstDifference(pair.0, pair.1, at: "\(path)[\(index)]") { return found }
            }
            let counts = (left.elements.count, right.elements.count)
            return counts.0 == counts.1 ? nil : "\(path) (recorded \(counts.0) elements, asked \(counts.1))"
        default:
            if left.source == right.source { return nil }
            return "\(path) (recorded \(shown(left)), asked \(shown(right)))"
        }
    }

    private static func shown(_ node: JSONNode) -> String {
        let text = String(decoding: node.source.prefix(shownBytes), as: UTF8.self)
        return node.source.count > shownBytes ? text + "…" : text
    }
}
