private import PennyweightJSON
public import PennyweightMiddleware

/// Folds the event stream of `POST /responses` into the `response` of its terminal event.
///
/// There is an answer only if the stream is proven whole: `response.completed` or `response.incomplete`
/// came, no event is missing by its `sequence_number`, every item that was added was done, and all text that
/// came in deltas is the text of the finished response. `error` and `response.failed` are no answers.
public struct ResponseFolding: Folding {
    private var parser = SSEParser()
    private var byteCount = 0
    private var stream = ResponseStream()
    private var isBroken = false
    private var events = 0

    public init() {}

    public mutating func consume(_ chunk: [UInt8]) {
        guard !isBroken, stream.response == nil else { return }
        byteCount += chunk.count
        do {
            guard byteCount <= ChatFolding.limitBytes else { throw Unfoldable() }
            for event in try parser.consume(chunk) where stream.response == nil {
                events += 1
                try stream.take(event)
            }
        } catch {
            self = ResponseFolding()
            isBroken = true
        }
    }

    /// True as soon as the terminal event was seen in a stream that can be folded.
    public var hasEnded: Bool { stream.response != nil }

    public var eventCount: Int? { events }

    public mutating func finish() -> FoldedAnswer? {
        stream.response.map { FoldedAnswer(contentType: "application/json", body: $0) }
    }
}

/// What is known of a stream of `POST /responses` so far.
private struct ResponseStream {
    /// A text that came in deltas: which one.
    private struct Place: Hashable {
        let output: Int
        let delta: ResponseDelta
        let part: Int
    }

    /// The finished response, once it has come and is what the deltas said.
    private(set) var response: [UInt8]?
    private var sequence: Int64?
    private var isStarted = false
    private var id: String?
    private var addedCount = 0
    private var done: Set<Int> = []
    private var texts: [Place: JSONText] = [:]

    mutating func take(_ event: SSEEvent) throws {
        let root = try JSONDocument(event.data).root
        guard let type = root["type"]?.string, [type, "message"].contains(event.type) else {
            throw Unfoldable()
        }
        try count(root["sequence_number"])
        switch type {
        case "error", "response.failed": throw Unfoldable()
        case "response.created", "response.queued", "response.in_progress": try identify(root["response"])
        case "response.completed", "response.incomplete": try end(root["response"], by: type)
        case "response.output_item.added":
            guard try output(root) == addedCount, addedCount < Accumulation.maximumCount else {
                throw Unfoldable()
            }
            addedCount += 1
        case "response.output_item.done":
            guard try done.insert(output(root)).inserted else { throw Unfoldable() }
        default: try takePiece(type, root)
        }
    }

    /// Numbers, where there are any, go up by one: else an event was lost.
    private mutating func count(_ number: JSONNode?) throws {
        guard !isStarted || (number == nil) == (sequence == nil) else { throw Unfoldable() }
        isStarted = true
        guard let number else { return }
        guard let value = number.integer, sequence.map({ value == $0 + 1 }) ?? (0...1).contains(value) else {
            throw Unfoldable()
        }
        sequence = value
    }

    private mutating func identify(_ response: JSONNode?) throws {
        guard let response, response.kind == .object else { throw Unfoldable() }
        let name = response["id"]?.string
        guard id == nil || name == id else { throw Unfoldable() }
        id = name
    }

    private func output(_ event: JSONNode) throws -> Int {
        guard let index = event["output_index"]?.integer.flatMap(Int.init(exactly:)), index >= 0 else {
            throw Unfoldable()
        }
        return index
    }

    private mutating func takePiece(_ type: String, _ event: JSONNode) throws {
        for delta in ResponseDelta.all {
            if type == delta.event + ".delta" {
                guard let text = event["delta"]?.text else { throw Unfoldable() }
                let place = try place(of: event, delta)
                guard texts[place] != nil || texts.count < Accumulation.maximumCount else {
                    throw Unfoldable()
                }
                texts[place, default: ""].raw += text.raw
            } else if type == delta.event + ".done" {
                let whole = event.text(delta.member)
                if let seen = texts[try place(of: event, delta)], !seen.means(whole) { throw Unfoldable() }
            }
        }
    }

    private func place(of event: JSONNode, _ delta: ResponseDelta) throws -> Place {
        let part = delta.list == nil ? 0 : event[delta.counter]?.integer.flatMap(Int.init(exactly:))
        guard let part, part >= 0 else { throw Unfoldable() }
        return try Place(output: output(event), delta: delta, part: part)
    }

    private mutating func end(_ response: JSONNode?, by type: String) throws {
        try identify(response)
        guard let response, let end = ResponseEnd(response), end.event == type,
            let items = response["output"]?.elements
        else { throw Unfoldable() }
        guard addedCount == 0 || addedCount == items.count, done.count == addedCount else {
            throw Unfoldable()
        }
        for (place, text) in texts {
            guard place.output < items.count,
                text.means(items[place.output].text(of: place.delta, part: place.part))
            else { throw Unfoldable() }
        }
        self.response = JSONValue(response).bytes
    }
}

extension JSONNode {
    /// The text of an object's member, which must be a string.
    fileprivate func text(_ name: JSONText) -> JSONText? { name.string.flatMap { self[$0] }?.text }

    /// The whole text of an output item's part, or of the item itself.
    fileprivate func text(of delta: ResponseDelta, part: Int) -> JSONText? {
        guard let list = delta.list else { return text(delta.member) }
        guard let parts = list.string.flatMap({ self[$0] })?.elements, part < parts.count else { return nil }
        return parts[part].text(delta.member)
    }
}

extension JSONText {
    /// True for a text of the same characters, however they are escaped.
    fileprivate func means(_ other: JSONText?) -> Bool {
        guard let other else { return false }
        return self == other || (utf8 != nil && utf8 == other.utf8)
    }
}
