private import PennyweightJSON
public import PennyweightMiddleware

/// Folds a stream of chat chunks into the `chat.completion` that it amounts to.
///
/// There is an answer only if the stream is proven complete: `[DONE]` came, every choice from 0 on is there
/// and has its `finish_reason`, and nothing was an error or can't be folded without loss.
public struct ChatFolding: Folding {
    /// The most bytes of a stream that are folded.
    public static let limitBytes = 64 * 1_048_576

    private let choiceCount: Int?
    private var parser = SSEParser()
    private var byteCount = 0
    private var members: [JSONValue.Member] = []
    private var choices: [Int64: ChoiceFolding] = [:]
    private var isDone = false
    private var isBroken = false

    /// `choiceCount` is the `n` that was asked for; nil if that is not known.
    public init(choiceCount: Int? = nil) {
        self.choiceCount = choiceCount
    }

    public mutating func consume(_ chunk: [UInt8]) {
        guard !isBroken, !isDone else { return }
        byteCount += chunk.count
        do {
            guard byteCount <= ChatFolding.limitBytes else { throw Unfoldable() }
            for event in try parser.consume(chunk) where !isDone { try take(event) }
        } catch {
            self = ChatFolding(choiceCount: choiceCount)
            isBroken = true
        }
    }

    /// True as soon as `[DONE]` was seen in a stream that can be folded.
    public var hasEnded: Bool { isDone }

    public mutating func finish() -> FoldedAnswer? {
        guard !isBroken, isDone, !choices.isEmpty, choiceCount ?? choices.count == choices.count else {
            return nil
        }
        var folded: [JSONValue] = []
        for index in 0..<choices.count {
            guard let choice = choices[Int64(index)]?.folded else { return nil }
            folded.append(choice)
        }
        var completion = JSONValue.object(members)
        completion["choices"] = .array(folded)
        completion["object"] = .text("chat.completion")
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
            try self.choices[index, default: ChoiceFolding()].add(try Accumulation.members(of: element))
        }
    }

    private mutating func take(_ member: JSONValue.Member) throws {
        switch member.name {
        case "obfuscation": return
        case "error": if member.value != .null { throw Unfoldable() }
        case "object":
            guard ["chat.completion.chunk", ""].contains(member.value.string) else { throw Unfoldable() }
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
