/// Cuts a byte stream of server-sent events where events end, so that only whole ones are passed on: a stream
/// that breaks off can then be followed by an event of our own.
///
/// Lines end at CR, LF or CRLF, and an empty line ends an event (WHATWG HTML section 9.2.6).
struct EventBoundaries {
    /// What one chunk completed.
    struct Passage: Hashable {
        /// Whole events, `[DONE]` excluded.
        var events: [UInt8] = []
        /// The terminal event, as it was written; nil until it has been seen.
        var done: [UInt8]?
    }

    private var held: [UInt8] = []
    /// How much of `held` has been looked at.
    private var scanned = 0
    /// True if the line that is being scanned has no byte yet.
    private var lineIsEmpty = true
    private var previousWasReturn = false

    /// Bytes of an event that has not ended yet.
    var heldCount: Int { held.count }

    /// Takes the next chunk and gives what is whole now. After `done` nothing more is passed on.
    mutating func consume(_ chunk: [UInt8]) -> Passage {
        held += chunk
        var passage = Passage()
        var start = 0
        while let end = nextBoundary(after: start) {
            if EventBoundaries.isDone(held[start..<end]) {
                passage.done = Array(held[start..<end])
                held = []
                scanned = 0
                return passage
            }
            passage.events += held[start..<end]
            start = end
        }
        held.removeFirst(start)
        scanned -= start
        return passage
    }

    /// Scans on to the end of the event that starts at `start`; nil if it is not there yet.
    private mutating func nextBoundary(after start: Int) -> Int? {
        while scanned < held.count {
            let byte = held[scanned]
            scanned += 1
            let endsPair = byte == UInt8(ascii: "\n") && previousWasReturn
            previousWasReturn = byte == UInt8(ascii: "\r")
            if endsPair {
                // The LF of a CRLF that ended an event, come with a later chunk: it is passed on after it.
                if scanned - 1 == start { return scanned }
                continue
            }
            guard byte == UInt8(ascii: "\n") || previousWasReturn else {
                lineIsEmpty = false
                continue
            }
            if lineIsEmpty {
                // The LF of a CRLF that ends the event belongs to it, if it is here already.
                if previousWasReturn, scanned < held.count, held[scanned] == UInt8(ascii: "\n") {
                    scanned += 1
                    previousWasReturn = false
                }
                return scanned
            }
            lineIsEmpty = true
        }
        return nil
    }

    /// True for `data: [DONE]`, with or without the space. It is a whole event, so its ends are line ends.
    private static func isDone(_ event: ArraySlice<UInt8>) -> Bool {
        guard event.count <= 24 else { return false }
        let line = event.filter { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        return line.elementsEqual("data: [DONE]".utf8) || line.elementsEqual("data:[DONE]".utf8)
    }
}
