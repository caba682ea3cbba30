private import HTTPTypes
internal import PennyweightPipeline

extension Response {
    /// The answer to a route, with a body that ends with an error if it ends in the middle.
    ///
    /// Answers in memory, compressed ones, other routes and errors stay as they are.
    func provenWhole(on route: String, eventLimitBytes: Int) -> Response {
        guard let end = StreamEnd(route: route), status == .ok, body.bytes == nil, head.isPlain,
            let form = form(endingWith: end, eventLimitBytes: eventLimitBytes)
        else { return self }
        var whole = self
        let body = body
        if body.isReplayable {
            whole.body = Body(length: body.length) { WholeAnswerReader(try body.makeReader(), as: form) }
        } else if let reader = try? body.makeReader() {
            whole.body = Body(once: WholeAnswerReader(reader, as: form), length: body.length)
        }
        return whole
    }

    private func form(endingWith end: StreamEnd, eventLimitBytes: Int) -> WholeAnswerReader.Form? {
        if head.isEventStream { return .events(WholeEvents(endingWith: end, limitBytes: eventLimitBytes)) }
        let isJSON = head.headerFields[.contentType]?.lowercased().hasPrefix("application/json") == true
        return isJSON ? .json(WholeJSON()) : nil
    }
}
