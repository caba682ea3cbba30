private import HTTPTypes
internal import PennyweightPipeline

extension Response {
    /// The answer to a route, with a body that ends with an error if it ends in the middle.
    ///
    /// Answers in memory, compressed ones, other routes and errors stay as they are.
    ///
    /// By the rule `finished`, a stream of chunks may lack its terminal event, which it gets then;
    /// `choiceCount` is how many choices were asked for, nil if that is not known.
    func provenWhole(
        on route: String, eventLimitBytes: Int, by rule: CompletenessRule = .done, choiceCount: Int? = nil
    ) -> Response {
        guard let end = StreamEnd(route: route), status == .ok, body.bytes == nil, head.isPlain,
            let form = form(
                endingWith: end, eventLimitBytes: eventLimitBytes, by: rule, choiceCount: choiceCount)
        else { return self }
        var whole = self
        let body = body
        // What is added at the end is not in the declared length.
        let mayGrow = rule == .finished && head.isEventStream
        let length = mayGrow ? nil : body.length
        if mayGrow { whole.head.headerFields[.contentLength] = nil }
        if body.isReplayable {
            whole.body = Body(length: length) { WholeAnswerReader(try body.makeReader(), as: form) }
        } else if let reader = try? body.makeReader() {
            whole.body = Body(once: WholeAnswerReader(reader, as: form), length: length)
        }
        return whole
    }

    private func form(
        endingWith end: StreamEnd, eventLimitBytes: Int, by rule: CompletenessRule, choiceCount: Int?
    ) -> WholeAnswerReader.Form? {
        if head.isEventStream {
            return .events(
                WholeEvents(
                    endingWith: end, limitBytes: eventLimitBytes, acceptsFinished: rule == .finished,
                    choiceCount: choiceCount))
        }
        let isJSON = head.headerFields[.contentType]?.lowercased().hasPrefix("application/json") == true
        return isJSON ? .json(WholeJSON()) : nil
    }
}
