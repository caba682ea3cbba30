/// Which of its videos a caller asks for
/// ([OpenAI's API reference, "List videos"](https://platform.openai.com/docs/api-reference/videos/list)).
struct VideoPage: Sendable, Hashable {
    /// The video after which the page begins; nil for the first page.
    var after: String?
    /// 0 to 100.
    var limit = 20
    var isOldestFirst = false

    /// Reads the parameters of a request target. Throws a ``Refusal`` that names the one that is wrong.
    init(target: String) throws {
        let query = QueryItems(target: target)
        after = query["after"]
        if let text = query["limit"] {
            guard let limit = Int(text), (0...100).contains(limit) else {
                throw Refusal.wrong("limit", "'limit' must be a whole number from 0 to 100.")
            }
            self.limit = limit
        }
        switch query["order"] {
        case nil, "desc": isOldestFirst = false
        case "asc": isOldestFirst = true
        default: throw Refusal.wrong("order", "'order' must be asc or desc.")
        }
    }
}
