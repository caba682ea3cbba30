internal import PennyweightJSON

/// One page of a list, newest first, with links to its neighbours.
enum PageObject {
    /// Where a page lies between its neighbours.
    struct Place {
        /// The first and the last one on the page; nil if it is empty.
        var first: String?
        var last: String?
        /// Where the next page, in the direction that was asked for, goes on.
        var edge: String?
        var hasMore: Bool
    }

    /// The links are paths with a query, under the base that the request used.
    static func json(_ objects: [JSONValue], _ place: Place, _ request: NativeRequest) throws -> JSONValue {
        let cursors = try request.cursors()
        let onward = place.hasMore ? place.edge : nil
        let isBackward = cursors.before != nil
        let older = isBackward ? place.last : onward
        let newer = isBackward ? onward : cursors.after.flatMap { _ in place.first }
        return .object([
            .init("object", .text("list")),
            .init("data", .array(objects)),
            .init("has_more", .bool(place.hasMore)),
            .init("next_page_url", .of(older.map { url("starting_after", $0, request) })),
            .init("previous_page_url", .of(newer.map { url("ending_before", $0, request) })),
        ])
    }

    private static func url(_ cursor: String, _ id: String, _ request: NativeRequest) -> String {
        let path = request.target.prefix { $0 != "?" }
        let query = request.query.replacing(["starting_after", "ending_before"], with: cursor, id)
        return "\(path)?\(query.text)"
    }
}
