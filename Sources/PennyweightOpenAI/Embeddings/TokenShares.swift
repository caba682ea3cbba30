internal import PennyweightJSON

/// Splits the counts of one `usage` among the parts of a batch, and adds them up again.
enum TokenShares {
    /// The members of a `usage` object: numbers are counts, everything else is kept as written.
    struct Counts: Sendable, Hashable {
        enum Value: Sendable, Hashable {
            case count(Int64)
            case other([UInt8])
        }

        struct Member: Sendable, Hashable {
            var name: [UInt8]
            var value: Value
        }

        var members: [Member]

        init(members: [Member]) {
            self.members = members
        }

        /// Nil if it is no object.
        init?(_ node: JSONNode) {
            guard node.kind == .object else { return nil }
            members = node.members.map { name, value in
                let count = value.integer.flatMap { $0 < 0 ? nil : $0 }
                return Member(
                    name: Array(name.source), value: count.map(Value.count) ?? .other(Array(value.source)))
            }
        }

        var json: [UInt8] {
            var out: [UInt8] = [UInt8(ascii: "{")]
            for (number, member) in members.enumerated() {
                if number > 0 { out.append(UInt8(ascii: ",")) }
                out += member.name + [UInt8(ascii: ":")]
                switch member.value {
                case .count(let count): out += Array("\(count)".utf8)
                case .other(let source): out += source
                }
            }
            out.append(UInt8(ascii: "}"))
            return out
        }
    }

    /// A share for each length; those of one count add up to it.
    static func split(_ counts: Counts?, by lengths: [Int]) -> [Counts?] {
        guard let counts else { return lengths.map { _ in nil } }
        let shares = counts.members.map { member -> [Counts.Value] in
            guard case .count(let count) = member.value else { return lengths.map { _ in member.value } }
            return split(count, by: lengths).map(Counts.Value.count)
        }
        return lengths.indices.map { part in
            Counts(
                members: counts.members.indices.map {
                    Counts.Member(name: counts.members[$0].name, value: shares[$0][part])
                })
        }
    }

    /// The difference of two neighbours among the rounded-down shares of the beginnings.
    private static func split(_ count: Int64, by lengths: [Int]) -> [Int64] {
        let total = lengths.reduce(0) { $0 + UInt64(max($1, 1)) }
        var before: UInt64 = 0
        var given: UInt64 = 0
        return lengths.map { length in
            before += UInt64(max(length, 1))
            let product = UInt64(count).multipliedFullWidth(by: before)
            let due = total.dividingFullWidth(product).quotient
            defer { given = due }
            return Int64(due - given)
        }
    }

    /// The counts added up by name; what is no count is taken from the first. Nil if one is missing, or names
    /// differ, or a sum is out of range.
    static func sum(_ all: [Counts?]) -> Counts? {
        guard var sum = all.first ?? nil else { return nil }
        for counts in all.dropFirst() {
            guard let counts, counts.members.map(\.name) == sum.members.map(\.name) else { return nil }
            for index in sum.members.indices {
                guard case .count(let left) = sum.members[index].value,
                    case .count(let right) = counts.members[index].value
                else { continue }
                let (value, overflow) = left.addingReportingOverflow(right)
                if overflow { return nil }
                sum.members[index].value = .count(value)
            }
        }
        return sum
    }
}
