/// A change to the source of a document: bytes in place of a range.
public struct JSONEdit: Sendable, Hashable {
    public var range: Range<Int>
    public var replacement: [UInt8]

    public init(_ range: Range<Int>, _ replacement: [UInt8]) {
        self.range = range
        self.replacement = replacement
    }
}

extension JSONNode {
    /// The edits that give an object's members these values and remove others, commas included.
    ///
    /// A value takes the place of the last member of its name; a new member comes first, in the order
    /// given. Every member with a removed name goes, duplicates too; a name that is also set stays. All
    /// changes to one object belong in one call: edits from several calls for it don't know of each
    /// other's commas.
    public func edits(setting values: [(name: String, value: JSONValue)], removing names: [String])
        -> [JSONEdit]
    {
        guard kind == .object else { return [] }
        let members = members
        let set = values.map { value in members.lastIndex { $0.name.isString(value.name) } }
        let isRemoved = members.enumerated().map { index, member in
            !set.contains(index) && names.contains { member.name.isString($0) }
        }
        var edits: [JSONEdit] = []
        var added: [JSONValue.Member] = []
        for (place, value) in zip(set, values) {
            if let place {
                edits.append(JSONEdit(members[place].value.range, value.value.bytes))
            } else {
                added.append(.init(JSONText(value.name), value.value))
            }
        }
        if !added.isEmpty {
            let separator = isRemoved.contains(false) ? Array(",".utf8) : []
            let text = JSONValue.object(added).bytes.dropFirst().dropLast()
            edits.append(JSONEdit(range.lowerBound + 1..<range.lowerBound + 1, text + separator))
        }
        return edits + JSONNode.removals(of: isRemoved, from: members)
    }

    /// The edit that gives an object's member this value: in place of the old one, or as a new first
    /// member.
    ///
    /// For more than one change to an object see ``edits(setting:removing:)``.
    public func setting(_ name: String, to value: JSONValue) -> JSONEdit {
        edits(setting: [(name, value)], removing: []).first
            ?? JSONEdit(range.lowerBound..<range.lowerBound, [])
    }

    /// The edit that removes an object's last member of this name and one comma; nil if there is none.
    ///
    /// For more than one change to an object see ``edits(setting:removing:)``.
    public func removing(_ name: String) -> JSONEdit? {
        let members = members
        guard let index = members.lastIndex(where: { $0.name.isString(name) }) else { return nil }
        return JSONNode.removals(of: members.indices.map { $0 == index }, from: members).first
    }

    /// One edit for each run of removed members, with the commas that would be left over.
    private static func removals(
        of isRemoved: [Bool], from members: [(name: JSONNode, value: JSONNode)]
    ) -> [JSONEdit] {
        var edits: [JSONEdit] = []
        var index = 0
        while index < members.count {
            guard isRemoved[index] else {
                index += 1
                continue
            }
            let end = (index..<members.count).first { !isRemoved[$0] } ?? members.count
            let lower =
                index > 0 ? members[index - 1].value.range.upperBound : members[0].name.range.lowerBound
            let upper =
                index > 0 || end == members.count
                ? members[end - 1].value.range.upperBound : members[end].name.range.lowerBound
            edits.append(JSONEdit(lower..<upper, []))
            index = end
        }
        return edits
    }
}

extension JSONDocument {
    /// The source with edits made, in any order, that don't overlap; every other byte stays as it is.
    public func applying(_ edits: [JSONEdit]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + edits.reduce(0) { $0 + $1.replacement.count })
        var position = 0
        // What is inserted at a place comes before what begins there is replaced.
        for edit in edits.sorted(by: {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }) {
            precondition(
                edit.range.lowerBound >= position, "JSON edits overlap at byte \(edit.range.lowerBound)")
            result += bytes[position..<edit.range.lowerBound]
            result += edit.replacement
            position = edit.range.upperBound
        }
        return result + bytes[position...]
    }
}
