import HTTPTypes
import PennyweightMiddleware

@testable import PennyweightOpenAI

/// Reads answers by one provider's convention.
struct Reading {
    var convention = UsageConvention.openAI
    var route = "/chat/completions"
    var model = "m"

    func plain(_ json: String) -> UsageSummary {
        read([json.bytes], "application/json")
    }

    /// A stream of events, each `data:` and a blank line.
    func stream(_ events: [String], done: Bool = true) -> UsageSummary {
        read([Reading.stream(events, done: done).bytes], "text/event-stream")
    }

    func read(_ pieces: [[UInt8]], _ contentType: String) -> UsageSummary {
        var request = Quote(route: route, model: model)
        request.meters = []
        var reading = OpenAIMeter(convention: convention).reading(
            of: Calls.head(200, contentType), to: request)
        for piece in pieces { reading.consume(piece) }
        return reading.summary()
    }

    static func stream(_ events: [String], done: Bool = true) -> String {
        events.map { "data: \($0)\n\n" }.joined() + (done ? "data: [DONE]\n\n" : "")
    }
}
