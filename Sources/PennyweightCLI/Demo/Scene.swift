#if Gateway
internal import PennyweightJSON

/// The short scene that shows the product at work: what is asked, in order, and why.
struct Scene: Sendable {
    /// One request of the scene.
    struct Step: Sendable {
        /// What a person reads in the first column.
        var title: String
        let path: String
        let body: JSONValue
        /// A fault that the simulated provider plays; nil for none.
        var fault: String?
        /// What the same call is called that is sent at the same time; nil for a call alone.
        var twin: String?
        /// How long the simulated provider takes for each word; nil for no time at all.
        var pace: Duration?
    }

    let steps: [Step]

    /// Repeats, a stream, a pair at the same time, an image, a fault, and a refusal by the budget.
    static let standard = Scene(steps: [
        Step(title: "chat", path: "/chat/completions", body: chat("Name three metals.")),
        Step(title: "the same again", path: "/chat/completions", body: chat("Name three metals.")),
        Step(
            title: "the same, as a stream", path: "/chat/completions",
            body: chat("Name three metals.", isStream: true)),
        Step(
            title: "another, as a stream", path: "/chat/completions",
            body: chat("Describe the sea.", isStream: true)),
        Step(title: "that one, plain", path: "/chat/completions", body: chat("Describe the sea.")),
        Step(
            title: "two at the same time", path: "/chat/completions", body: chat("Name a bridge."),
            twin: "  the other of them", pace: .milliseconds(10)),
        Step(
            title: "an image", path: "/images/generations",
            body: .object([
                .init("model", .text("gpt-image-1")), .init("prompt", .text("a copper kettle")),
                .init("quality", .text("low")),
                .init("size", .text("1024x1024")),
            ])),
        Step(
            title: "a fault: 500, twice", path: "/chat/completions", body: chat("Name a river."),
            fault: "500-twice"),
        Step(
            title: "more than the budget", path: "/chat/completions",
            body: chat("Write a novel.", model: "gpt-4o", limit: 16_384, choices: 8)),
    ])

    private static func chat(
        _ question: String, model: String = "gpt-4o-mini", isStream: Bool = false, limit: Int = 200,
        choices: Int = 1
    ) -> JSONValue {
        var body = JSONValue.object([
            .init("model", .text(model)), .init("max_tokens", .integer(limit)),
            .init(
                "messages",
                .array([.object([.init("role", .text("user")), .init("content", .text(question))])])),
        ])
        if choices > 1 { body["n"] = .integer(choices) }
        if isStream { body["stream"] = .bool(true) }
        return body
    }
}
#endif
