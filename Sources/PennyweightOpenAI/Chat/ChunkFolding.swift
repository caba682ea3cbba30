internal import PennyweightJSON
internal import PennyweightMiddleware

/// One choice of a streamed answer, as it grows piece by piece.
protocol FoldingChoice: Sendable {
    /// What `object` says of a chunk.
    static var chunkObject: String { get }
    /// What `object` says of the plain answer.
    static var plainObject: String { get }

    init()

    /// Adds the next piece. Throws ``Unfoldable`` if that would lose something.
    mutating func add(_ piece: [JSONValue.Member]) throws

    /// The choice of a plain answer; nil if it has not finished.
    var folded: JSONValue? { get }
}

/// Folds a stream of chunks with choices, which ends with `[DONE]`.
struct ChunkFolding<Choice: FoldingChoice>: Sendable {
    private let choiceCount: Int?
    private let rule: CompletenessRule
    private var parser = SSEParser()
    private var byteCount = 0
    private var members: [JSONValue.Member] = []
    private var choices: [Int64: Choice] = [:]
    private var isDone = false
    private(set) var eventCount = 0
    private var isBroken = false

    init(choiceCount: Int?, rule: CompletenessRule = .done) {
        self.choiceCount = choiceCount
        self.rule = rule
    }

    mutating func consume(_ chunk: [UInt8]) {
        guard !isBroken, !isDone else { return }
        byteCount += chunk.count
        do {
            guard byteCount <= ChatFolding.limitBytes else { throw Unfoldable() }
            for event in try parser.consume(chunk) where !isDone {
                eventCount += 1
                try take(event)
            }
        } catch {
            self = ChunkFolding(choiceCount: choiceCount, rule: rule)
            isBroken = true
        }
    }

    /// True as soon as `[DONE]` was seen in a stream that can be folded.
    var hasEnded: Bool { isDone }

    mutating func finish() -> FoldedAnswer? {
        // Every choice below has to have finished: without `[DONE]` that is the proof.
        guard !isBroken, isDone || rule == .finished && parser.isBetweenEvents, !choices.isEmpty,
            choiceCount ?? choices.count == choices.count
        else { return nil }
        var folded: [JSONValue] = []
        for index in 0..<choices.count {
            guard let choice = choices[Int64(index)]?.folded else { return nil }
            folded.append(choice)
        }
        var completion = JSONValue.object(members)
        completion["choices"] = .array(folded)
        completion["object"] = .text(Choice.plainObject)
        if completion["usage"] == .null { completion["usage"] = nil }
        return FoldedAnswer(contentType: "application/json", body: completion.bytes)
    }

    private mutating func take(_ event: SSEEvent) throws {
        guard event.type == "message" else { throw Unfoldable() }
        if event.data == Array("[DONE]".utf8) {
            isDone = true
            return
        }
        let chunk = try Accumulation.members(of: JSONValue(JSONDocument(event.data).root))
        guard let choices = chunk.first(where: { $0.name == "choices" }) else { throw Unfoldable() }
        for member in chunk { try take(member) }
        guard case .array(let elements) = choices.value else { throw Unfoldable() }
        for element in elements {
            guard let index = element.index, (0..<Int64(Accumulation.maximumCount)).contains(index) else {
                throw Unfoldable()
            }
            try self.choices[index, default: Choice()].add(try Accumulation.members(of: element))
        }
    }

    private mutating func take(_ member: JSONValue.Member) throws {
        switch member.name {
        case "obfuscation": return
        case "error": if member.value != .null { throw Unfoldable() }
        case "object":
            guard [Choice.chunkObject, ""].contains(member.value.string) else { throw Unfoldable() }
            try set("object", to: member.value)
        case "choices": try set("choices", to: .array([]))
        default: try set(member.name, to: member.value)
        }
    }

    /// The last value stands, except that nothing takes the place of something.
    private mutating func set(_ name: JSONText, to value: JSONValue) throws {
        guard let index = members.firstIndex(where: { $0.name == name }) else {
            guard members.count < Accumulation.maximumCount else { throw Unfoldable() }
            members.append(.init(name, value))
            return
        }
        if value != .null, value != .text("") { members[index].value = value }
    }
}
